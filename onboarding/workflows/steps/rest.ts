import { setTimeout as sleep } from "node:timers/promises";
import { CoreV1Api } from "@kubernetes/client-node";
import { z } from "zod";
import { SERVICE_NAMES } from "../../../components/rules/services";
import { kubernetesOf } from "../../cells";
import { ProblemError } from "../../lifecycle";
import { changeTenant } from "../../registry";
import type { Job, Step, StepResult } from "../job";
import { bringUp, hasDatabase, stateOf } from "../stack";
import { record } from "./apply";

/** Pause between two looks for pods that still end, milliseconds. */
const LOOK_MS = 500;

/** How long their pods may take to end, milliseconds: twice what Kubernetes gives them. */
const ENDING_MS = 60_000;

/**
 * Lets the tenant's services rest, so that nothing is written to its database from here on. Where there is no database, as
 * after a restore that failed, nothing is done: to bring the stack up would make one.
 */
export const restStep: Step = {
  name: "rest",
  async run(job) {
    const { tenant } = job;
    if (tenant.presence === "retained" || !(await hasDatabase(job))) return { database: false };
    await job.commit((tx) => changeTenant(tx, tenant.id, { presence: "suspended" }));
    const state = stateOf(tenant, { presence: "suspended" });
    const summary = await record(job, await bringUp(job, { spec: tenant.spec, state }));
    await podsEnded(job);
    return { database: true, ...summary };
  },
};

/** Whether the tenant had a database when its services were to rest. */
export function hadDatabase(results: Readonly<Record<string, StepResult>>): boolean {
  return z.object({ database: z.boolean() }).parse(results["rest"]).database;
}

/** A pod that ends may write until it has. */
async function podsEnded({ shop, tenant, signal }: Job): Promise<void> {
  const api = (await kubernetesOf(shop.cells, tenant.spec.cell)).makeApiClient(CoreV1Api);
  const deadline = Date.now() + ENDING_MS;
  for (;;) {
    const { items } = await api.listNamespacedPod({
      namespace: tenant.id,
      labelSelector: `app.kubernetes.io/name in (${SERVICE_NAMES.join(",")})`,
    });
    if (items.length === 0) return;
    if (Date.now() > deadline) {
      const names = items.map(({ metadata }) => metadata?.name).join(", ");
      throw new ProblemError({ type: "timed-out", detail: `the services do not rest: ${names} still run` });
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}
