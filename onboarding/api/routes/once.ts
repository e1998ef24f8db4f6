import { createHash } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import { type Idempotency, type Origin, nameOf } from "../../registry";
import type { ApiRegistry, Tx } from "../dependencies";
import type { ApiContext } from "../environment";

/** A request as registry and audit log are to know it. */
export function originOf(c: ApiContext): Origin {
  const { subject, issuer, roles } = c.get("identity");
  return {
    actor: { subject, issuer, roles },
    address: c.get("address"),
    requestId: c.get("requestId"),
    traceparent: c.get("traceparent"),
  };
}

/**
 * Does a POST's work in one transaction, once for its Idempotency-Key.
 *
 * @param schema of the answer's body; an answer that is given again is read back with it
 */
export async function once<T extends z.ZodType>(
  c: ApiContext,
  registry: ApiRegistry,
  schema: T,
  work: (tx: Tx) => Promise<{ status: number; body: z.input<T> }>,
): Promise<z.output<T>> {
  const answer = await registry.once(await idempotencyOf(c), work);
  if (answer.replayed) c.header("Idempotency-Replayed", "true");
  return schema.parse(answer.body);
}

async function idempotencyOf(c: ApiContext): Promise<Idempotency | undefined> {
  const key = c.req.header("Idempotency-Key");
  if (key === undefined) return undefined;
  const { pathname, searchParams } = new URL(c.req.url);
  searchParams.sort();
  const content = JSON.stringify([c.req.method, pathname, searchParams.toString(), await c.req.text()]);
  return {
    actor: nameOf(c.get("identity")),
    key,
    requestHash: createHash("sha256").update(content).digest("hex"),
  };
}
