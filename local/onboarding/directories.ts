import * as path from "node:path";

/** The service's folder in a local cloud's. */
export function directoryOf(root: string): string {
  return path.join(root, "onboarding");
}

/** Keeps the issuer's key, clients and port. */
export function issuerOf(directory: string): string {
  return path.join(directory, "issuer");
}

/** Plays the bucket of archives. */
export function archivesOf(directory: string): string {
  return path.join(directory, "archives");
}
