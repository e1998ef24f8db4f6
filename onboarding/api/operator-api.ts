import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import type { Logger } from "pino";
import { coalesced } from "./coalesce";
import type { Health, HealthCheck } from "./dependencies";
import type { ApiMetrics } from "./metrics";

/** How long what was found out is told again, in milliseconds: whatever asks how often, the database is asked this often. */
const KEEP_MS = 5_000;

/** How long readiness waits for its parts, in milliseconds. */
const PATIENCE_MS = 3_000;

/** What the operators' API is made of. */
export interface OperatorApiArgs {
  readonly health: Health;
  /** What the API measured of itself. */
  readonly metrics: ApiMetrics;
  /** More metrics in Prometheus's text format, from the database. */
  readonly collect: () => Promise<string>;
  readonly logger: Logger;
  /** How long readiness waits for its parts, in milliseconds. Default: 3 s. */
  readonly patienceMs?: number;
}

/**
 * What watches over the service asks here, without a token: readiness and metrics, which tell how many tenants there are. It
 * has a port of its own, that no load balancer leads to.
 */
export function createOperatorApi(args: OperatorApiArgs): Hono {
  const { health, metrics, logger, patienceMs = PATIENCE_MS } = args;
  const check = coalesced(() => checkIn(health, patienceMs), KEEP_MS);
  const collect = coalesced(args.collect, KEEP_MS);
  const app = new Hono();
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    const checks = await check();
    const failed = checks.filter(({ ok }) => !ok);
    if (failed.length === 0) return c.json({ status: "ok", checks });
    logger.warn({ failed }, "not ready");
    return c.json({ status: "unavailable", checks }, 503);
  });
  app.get("/metrics", async (c) => {
    // the API's own are told in any case: they are never wanted more than when the database is gone
    const others = await collect().catch((error: unknown) => {
      logger.warn({ err: error }, "metrics of the registry cannot be had");
      return undefined;
    });
    metrics.noteRegistry(others !== undefined);
    const text = `${await metrics.text()}${others ?? ""}`;
    return c.text(text, 200, { "Content-Type": metrics.contentType });
  });
  return app;
}

/** What does not answer in time is a database that does not: everything else is asked there. */
async function checkIn(health: Health, patienceMs: number): Promise<readonly HealthCheck[]> {
  const timer = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: timer.signal }).then(() =>
    notThere(`no answer in ${patienceMs} ms`),
  );
  late.catch(() => undefined);
  try {
    return await Promise.race([health.check(), late]);
  } catch (error) {
    return notThere(error instanceof Error ? error.message : String(error));
  } finally {
    timer.abort();
  }
}

function notThere(detail: string): HealthCheck[] {
  return [{ name: "database", ok: false, detail }];
}
