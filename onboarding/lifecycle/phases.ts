/** Where a tenant is in its life. */
export const PHASES = [
  /** Accepted, nothing made yet. */
  "requested",
  /** Its stack is being made. */
  "provisioning",
  /** Probes are asked whether it answers, and whether it is kept apart. */
  "verifying",
  /** It serves. */
  "active",
  /** An operation is changing it. */
  "updating",
  /** Its people get a page that says so, nothing of it runs, its data stays. */
  "suspended",
  /** Only its key and its final snapshot are there. */
  "retained",
  /** Nothing of it is there; its id is never used again, for tokens and links that name it may still be about. */
  "purged",
  /** Its last operation failed, and what it left needs another. */
  "failed",
] as const;

/** Where a tenant is in its life. */
export type Phase = (typeof PHASES)[number];
