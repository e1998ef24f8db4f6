import { expect } from "chai";
import { CALL_RATES, CallBudget, type PacedService } from "../../onboarding/budget";
import { liftProtection } from "../../onboarding/workflows/steps/lift";
import { bringUp, stateOf } from "../../onboarding/workflows/stack";
import type { UpRequest } from "../../tenants/engine";
import { StepWorld } from "./step-world";

const KEY = { urn: "urn:key", type: "aws:kms/key:Key", name: "key" };
const INSTANCE = { urn: "urn:instance", type: "aws:rds/instance:Instance", name: "database" };

/** A budget that writes down what is asked of it. */
class Recorded extends CallBudget {
  readonly asked: string[] = [];

  constructor() {
    super(CALL_RATES);
  }

  reserve(service: PacedService): Promise<number> {
    this.asked.push(service);
    return Promise.resolve(0);
  }
}

describe("steps that change a tenant's stack", function () {
  this.timeout(60_000);
  const world = new StepWorld();
  let budget: Recorded;
  before(() => world.begin());
  beforeEach(async () => {
    await world.fresh();
    budget = new Recorded();
    world.change = { budget };
    // What the engine does of it: one resource is made, and another one deleted.
    world.engine.onUp = async ({ changeGate, onEvent }: UpRequest) => {
      await changeGate?.pass({ ...KEY, operation: "create" }, new AbortController().signal);
      onEvent?.({ kind: "resource-pre", ...INSTANCE, operation: "delete", planned: false, changed: [] });
      return {};
    };
  });
  after(() => world.end());

  const job = async () => {
    const operation = await world.onboard("acme");
    await world.begins(operation);
    return world.jobOf(operation);
  };

  it("take their creations and deletions from the budget", async () => {
    const onboarding = await job();
    const { tenant } = onboarding;
    await bringUp(onboarding, { spec: tenant.spec, state: stateOf(tenant) });
    expect(budget.asked).to.deep.equal(["kms", "rds"]);
  });

  it("take the lift of a database's protection from it", async () => {
    world.engine.resources = [
      { urn: "urn:instance", type: INSTANCE.type, custom: true, inputs: { deletionProtection: true } },
    ];
    await liftProtection(await job());
    expect(budget.asked).to.deep.equal(["kms"]);
  });
});
