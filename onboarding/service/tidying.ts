import type { Logger } from "pino";
import { type Registry, oldBefore } from "../registry";
import type { OperationQueue } from "../workflows";

/** What is tidied. */
export interface TidyingArgs {
  readonly registry: Pick<Registry, "alone" | "tidy">;
  readonly queue: Pick<OperationQueue, "forget">;
  readonly log: Logger;
}

/** Deletes what is old by `RETENTION_DAYS`; one process does at a time. */
export async function tidyUp({ registry, queue, log }: TidyingArgs): Promise<void> {
  const now = new Date();
  const tidied = await registry.alone("tidy", async () => ({
    ...(await registry.tidy(now)),
    workflows: await queue.forget(oldBefore("workflows", now)),
  }));
  if (tidied !== undefined) log.info(tidied, "what was old is deleted");
}
