import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import * as path from "node:path";

/** A name beside a file, or link, for what is to take its place. */
export function temporaryName(file: string): string {
  return `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
}

/** Writes a file in one step: a reader sees the old text or the new, never half of it. */
export function writeFileAtomically(file: string, text: string, mode: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = temporaryName(file);
  const handle = openSync(temporary, "wx", mode);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** Writes a file that only its owner can read, in one step. */
export function writeSecretFile(file: string, text: string): void {
  writeFileAtomically(file, text, 0o600);
}

/** The text of a file, or undefined where there is none. */
export function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) {
      return undefined;
    }
    throw error;
  }
}

/** Makes `link` a symbolic link to `target`, in the place of whatever was there, in one step. */
export function replaceLink(target: string, link: string): void {
  const temporary = temporaryName(link);
  symlinkSync(target, temporary);
  renameSync(temporary, link);
}

/** Whether an error is a system error of the given code (`ENOENT`, `EEXIST`, …). */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
