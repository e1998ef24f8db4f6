import * as aws from "@pulumi/aws";
import { SharedBudget, changeGateOf, parseCallRates } from "../../onboarding/budget";
import { Registry } from "../../onboarding/registry";
import { Engine } from "../../tenants/engine";
import { meetIn } from "../onboarding/meeting";

/**
 * A worker process that brings up a stack of a zone and so many records: `call-budget-worker STACK RECORDS RATES [DIRECTORY]`,
 * where no rates stand for no budget, and with a directory it begins when another does. The registry is that of
 * TENANTRY_DATABASE_URL and TENANTRY_KEY.
 */
async function main(stack: string, records: number, rates: string, together: string): Promise<void> {
  const { TENANTRY_DATABASE_URL: url = "", TENANTRY_KEY: key = "" } = process.env;
  const registry = await Registry.open({ url, key });
  const budget =
    rates === "" ? undefined : new SharedBudget(registry.callSlots, parseCallRates(rates), console);
  const engine = new Engine();
  await engine.up({
    project: "budget",
    stack,
    config: { "aws:region": "eu-central-1" },
    changeGate: budget === undefined ? undefined : changeGateOf(budget),
    // Turns are given out as they are asked for: who had all its records ask at once would be done first.
    parallel: budget === undefined ? undefined : 2,
    program: async () => {
      if (together !== "") await meetIn(together);
      const zone = new aws.route53.Zone("zone", { name: `${stack}.example` });
      for (let n = 1; n <= records; n++) {
        const name = `record-${n}`;
        new aws.route53.Record(`${stack}/${name}`, {
          zoneId: zone.zoneId,
          name,
          type: "A",
          ttl: 60,
          records: ["192.0.2.1"],
        });
      }
    },
  });
  engine.close();
  await registry.close();
}

const [, , stack = "", records = "", rates = "", together = ""] = process.argv;
void main(stack, Number(records), rates, together);
