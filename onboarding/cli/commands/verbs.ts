import { Option } from "commander";
import type { Accepted, ChangeOptions, TenantryClient } from "../../client";
import { UsageError } from "../failure";
import { parseCount } from "./options";

/** What the flags of a change say of it. */
export interface VerbFlags {
  readonly reason?: string;
  readonly snapshot?: string;
  readonly time?: string;
  readonly retentionDays?: number;
  readonly force?: boolean;
}

/** A change that a tenant's id is enough for. */
export interface Verb {
  readonly description: string;
  /** Those of {@link VERB_OPTIONS} that it takes. */
  readonly options: readonly (keyof VerbFlags)[];
  /** Asked before it is done. Default: nothing is asked. */
  readonly question?: string;
  readonly examples: readonly [string, ...string[]];
  /** Asks the API for it. */
  readonly ask: (
    client: TenantryClient,
    id: string,
    flags: VerbFlags,
    options: ChangeOptions,
  ) => Promise<Accepted>;
}

/** The changes that a tenant's id is enough for, each of which can be planned. */
export const VERB_NAMES = [
  "suspend",
  "resume",
  "rotate",
  "restore",
  "offboard",
  "purge",
  "refresh",
  "repair",
  "retry",
] as const;

/** One of {@link VERB_NAMES}. */
export type VerbName = (typeof VERB_NAMES)[number];

/** Longest time that a retained tenant is kept, in days. */
const MAX_RETENTION_DAYS = 3650;

/** The options of the changes, made anew for each command that has them. */
export const VERB_OPTIONS: Readonly<Record<keyof VerbFlags, () => Option>> = {
  reason: () => new Option("--reason <text>", "why, for people and the audit log"),
  snapshot: () => new Option("--snapshot <name>", "RDS snapshot to restore"),
  time: () => new Option("--time <time>", "time to go back to, ISO 8601"),
  retentionDays: () =>
    new Option(
      "--retention-days <days>",
      "days until a purge is allowed (default: the service's setting)",
    ).argParser(parseCount("--retention-days", 0, MAX_RETENTION_DAYS)),
  force: () => new Option("--force", "also before the retention period is over"),
};

/** What each change is, for its own command and for its plan. */
export const VERBS: Readonly<Record<VerbName, Verb>> = {
  suspend: {
    description: "stop what tenants run: their people get a page that says so, their data stays",
    options: ["reason"],
    examples: ['suspend acme --reason "invoice 2026-114 is unpaid"'],
    ask: (client, id, { reason }, options) => client.suspend(id, { reason }, options),
  },
  resume: {
    description: "bring suspended tenants back",
    options: [],
    examples: ["resume acme"],
    ask: (client, id, _, options) => client.resume(id, options),
  },
  rotate: {
    description: "change tenants' secrets",
    options: [],
    examples: ["rotate acme"],
    ask: (client, id, _, options) => client.rotate(id, options),
  },
  restore: {
    description:
      "give tenants the data of a snapshot or an earlier time; a retained tenant's final snapshot is the default",
    options: ["snapshot", "time"],
    examples: ["restore acme --time 2026-03-01T12:00:00Z", "restore acme"],
    ask: (client, id, flags, options) => client.restore(id, restoreOf(flags), options),
  },
  offboard: {
    description: "take tenants down, and retain their keys and a final snapshot",
    options: ["reason", "retentionDays"],
    question: "Take them down? Their databases are deleted after a final snapshot.",
    examples: ['offboard acme --reason "contract ended" --retention-days 30'],
    ask: (client, id, { reason, retentionDays }, options) =>
      client.offboard(id, { reason, retentionDays }, options),
  },
  purge: {
    description: "delete what was retained, snapshots and archives among it; it cannot be undone",
    options: ["reason", "force"],
    question: "Delete all their data for good?",
    examples: ['purge acme --reason "erasure was asked for"'],
    ask: (client, id, { reason, force }, options) => client.purge(id, { reason, force }, options),
  },
  refresh: {
    description: "look for drift",
    options: [],
    examples: ["refresh acme"],
    ask: (client, id, _, options) => client.refresh(id, options),
  },
  repair: {
    description: "undo drift",
    options: [],
    examples: ["repair acme"],
    ask: (client, id, _, options) => client.repair(id, options),
  },
  retry: {
    description: "go on with onboardings that failed",
    options: [],
    examples: ["retry acme"],
    ask: (client, id, _, options) => client.retry(id, options),
  },
};

function restoreOf({ snapshot, time }: VerbFlags) {
  if (snapshot !== undefined && time !== undefined) {
    throw new UsageError("--snapshot and --time were both given: expected one or the other");
  }
  if (snapshot !== undefined) return { restore: { snapshot } };
  if (time === undefined) return {};
  if (Number.isNaN(Date.parse(time))) {
    throw new UsageError(`--time is '${time}': expected a time such as 2026-03-01T12:00:00Z`);
  }
  return { restore: { time: new Date(time).toISOString() } };
}
