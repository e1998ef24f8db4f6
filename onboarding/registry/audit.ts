import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import { nameOf } from "./actor";
import { appendInOrder } from "./append";
import { Cursors } from "./page";
import { auditOf } from "./rows";
import type { AuditRow, Database } from "./schema";
import type { Tx } from "./transaction";
import type { AuditEntry, Origin, Page } from "./types";

/** Which entries to list. */
export interface AuditQuery {
  readonly tenantId?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly after?: string;
  readonly limit: number;
}

/** What a look through the whole chain finds. */
export interface AuditVerification {
  readonly entries: number;
  /** Sequence of the first entry whose hash is not that of what it says and what came before; absent where all are right. */
  readonly broken?: number;
  /** Where the chain stands: sequence and hash of the last entry that is right, with `:` between. */
  readonly head: string;
}

/** Hash before the first entry. */
const GENESIS = "0".repeat(64);

/** Entries that are hashed at once when the chain is verified: some milliseconds, in which nobody else is answered. */
const VERIFY_BATCH = 200;

const CURSORS = new Cursors("audit");

/** Reads the audit log. */
export class Audit {
  constructor(private readonly db: Kysely<Database>) {}

  /** Entries, the newest first. */
  async list({ tenantId, actor, action, after, limit }: AuditQuery): Promise<Page<AuditEntry>> {
    let query = this.db
      .selectFrom("tenantry.audit")
      .selectAll()
      .orderBy("sequence", "desc")
      .limit(limit + 1);
    const cursor = CURSORS.read(after);
    if (cursor !== undefined) query = query.where("sequence", "<", cursor);
    if (tenantId !== undefined) query = query.where("tenant_id", "=", tenantId);
    if (actor !== undefined) query = query.where("actor", "=", actor);
    if (action !== undefined) query = query.where("action", "=", action);
    return CURSORS.page((await query.execute()).map(auditOf), limit, ({ sequence }) => String(sequence));
  }

  /** Recomputes the chain from its first entry. */
  async verify(): Promise<AuditVerification> {
    let hash = GENESIS;
    let entries = 0;
    for (;;) {
      const rows = await this.db
        .selectFrom("tenantry.audit")
        .selectAll()
        .where("sequence", ">", String(entries))
        .orderBy("sequence")
        .limit(VERIFY_BATCH)
        .execute();
      for (const entry of rows.map(auditOf)) {
        const expected = hashOf(hash, entry);
        // A gap is a removed entry.
        if (entry.hash !== expected || entry.sequence !== entries + 1)
          return { entries, broken: entries + 1, head: headOf(entries, hash) };
        hash = expected;
        entries += 1;
      }
      if (rows.length < VERIFY_BATCH) return { entries, head: headOf(entries, hash) };
    }
  }

  /** Where the chain stands by its newest entry. Kept where nobody who can write into the database can, it shows later what was taken away. */
  async head(): Promise<string> {
    const last = await lastEntry(this.db);
    return headOf(Number(last?.sequence ?? 0), last?.hash ?? GENESIS);
  }

  /** Whether the chain still has an entry that was its newest once. */
  async has(head: string): Promise<boolean> {
    const [sequence = ""] = head.split(":");
    if (Number(sequence) === 0) return head === headOf(0, GENESIS);
    const entry = await this.db
      .selectFrom("tenantry.audit")
      .select("hash")
      .where("sequence", "=", sequence)
      .executeTakeFirst();
    return entry !== undefined && head === headOf(Number(sequence), entry.hash);
  }
}

/** A change, to be written into the audit log. */
export interface NewAuditEntry {
  readonly origin: Origin;
  readonly action: string;
  readonly tenantId?: string;
  /** What was there before and is after; never a secret. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Appends an entry in the transaction of the change. */
export async function appendAudit(
  { db }: Tx,
  { origin, action, tenantId, before, after }: NewAuditEntry,
): Promise<void> {
  await appendInOrder(db);
  const last = await lastEntry(db);
  const entry = {
    sequence: Number(last?.sequence ?? 0) + 1,
    at: new Date(),
    actor: nameOf(origin.actor),
    roles: origin.actor.roles,
    address: origin.address,
    requestId: origin.requestId,
    action,
    tenantId,
    before,
    after,
  };
  await db
    .insertInto("tenantry.audit")
    .values({
      sequence: entry.sequence,
      at: entry.at,
      actor: entry.actor,
      roles: [...entry.roles],
      address: entry.address,
      request_id: entry.requestId,
      action,
      tenant_id: tenantId ?? null,
      before: before === undefined ? null : JSON.stringify(before),
      after: after === undefined ? null : JSON.stringify(after),
      hash: hashOf(last?.hash ?? GENESIS, entry),
    })
    .execute();
}

function lastEntry(db: Kysely<Database>): Promise<Pick<AuditRow, "sequence" | "hash"> | undefined> {
  return db
    .selectFrom("tenantry.audit")
    .select(["sequence", "hash"])
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
}

function headOf(sequence: number, hash: string): string {
  return `${sequence}:${hash}`;
}

function hashOf(previous: string, entry: Omit<AuditEntry, "hash">): string {
  const { sequence, at, actor, roles, address, requestId, action, tenantId, before, after } = entry;
  const content = [
    previous,
    sequence,
    at.toISOString(),
    actor,
    roles,
    address,
    requestId,
    action,
    tenantId,
    before,
    after,
  ];
  return createHash("sha256").update(canonical(content)).digest("hex");
}

/** JSON with the members of objects in the order of their names, so that a value read back has the text it was written with. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
