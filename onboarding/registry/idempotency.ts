import { ProblemError } from "../lifecycle";
import type { Tx } from "./transaction";

/** A request that may come more than once. */
export interface Idempotency {
  /** Who sent it: keys of different senders have nothing to do with each other. */
  readonly actor: string;
  /** The Idempotency-Key. */
  readonly key: string;
  /** Hash over method, path and body. */
  readonly requestHash: string;
}

/** An answer, new or given again. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Whether it is the answer of an earlier request with the same key. */
  readonly replayed: boolean;
}

/**
 * Does something once for a key, and answers each later request with the first one's answer. A second request at the same
 * time waits for the first. A key is kept for as long as its row is.
 *
 * @throws ProblemError `idempotency-key-reused` where the key came with another request
 */
export async function once<T>(
  tx: Tx,
  idempotency: Idempotency | undefined,
  work: () => Promise<{ status: number; body: T }>,
): Promise<Answer> {
  if (idempotency === undefined) return { ...(await work()), replayed: false };
  const { actor, key, requestHash } = idempotency;
  const claimed = await tx.db
    .insertInto("tenantry.idempotency")
    .values({ actor, key, request_hash: requestHash, status: 0, body: "null" })
    .onConflict((conflict) => conflict.columns(["actor", "key"]).doNothing())
    .returning("key")
    .executeTakeFirst();
  if (claimed === undefined) {
    const { request_hash, status, body } = await tx.db
      .selectFrom("tenantry.idempotency")
      .select(["request_hash", "status", "body"])
      .where("actor", "=", actor)
      .where("key", "=", key)
      .executeTakeFirstOrThrow();
    if (request_hash !== requestHash) {
      const message = `Idempotency-Key is '${key}', which came with another request before: expected a new key for a new request`;
      throw new ProblemError({
        type: "idempotency-key-reused",
        detail: message,
        fields: [{ field: "Idempotency-Key", message }],
      });
    }
    return { status, body, replayed: true };
  }
  const { status, body } = await work();
  await tx.db
    .updateTable("tenantry.idempotency")
    .set({ status, body: JSON.stringify(body) })
    .where("actor", "=", actor)
    .where("key", "=", key)
    .execute();
  return { status, body, replayed: false };
}
