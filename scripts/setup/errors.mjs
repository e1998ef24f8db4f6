/** Something the reader can put right; the message says what and how. */
export class SetupError extends Error {
  name = "SetupError";
}
