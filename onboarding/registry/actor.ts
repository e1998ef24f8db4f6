import type { Actor } from "./types";

/** Whoever acts, by a name that is nobody else's: another issuer's tokens may have the same subject. */
export function nameOf({ issuer, subject }: Pick<Actor, "issuer" | "subject">): string {
  return `${issuer}#${subject}`;
}
