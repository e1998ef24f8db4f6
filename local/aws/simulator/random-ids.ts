import { randomBytes, randomInt } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Random hex digits. */
export function hex(length: number): string {
  return randomBytes(Math.ceil(length / 2))
    .toString("hex")
    .slice(0, length);
}

/** Random capital letters and digits, as in IAM's and Route 53's ids. */
export function letters(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)] ?? "A").join("");
}
