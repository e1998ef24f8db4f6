import { expect } from "chai";
import type { EngineEvent, ResourceOperation } from "../../tenants/engine";
import { CallBudget } from "./call-budget";
import { changeGateOf, chargeDeletion } from "./change-gate";
import { CALL_RATES, type PacedService } from "./rates";

const KEY = { urn: "urn:key", type: "aws:kms/key:Key", name: "key" };
const RECORD = { urn: "urn:record", type: "aws:route53/record:Record", name: "record" };
const NAMESPACE = { urn: "urn:namespace", type: "kubernetes:core/v1:Namespace", name: "acme" };

/** A budget that writes down what is asked of it. */
class Recorded extends CallBudget {
  readonly asked: string[] = [];

  constructor(private readonly waitMs = 0) {
    super(CALL_RATES);
  }

  reserve(service: PacedService, calls: number): Promise<number> {
    this.asked.push(`${calls} of ${service}`);
    return Promise.resolve(this.waitMs);
  }
}

describe("the engine's changes and the budget", () => {
  const { signal } = new AbortController();

  it("takes of the resource's service the calls that its change makes", async () => {
    const budget = new Recorded();
    const gate = changeGateOf(budget);
    await gate.pass({ ...KEY, operation: "create" }, signal);
    await gate.pass({ ...RECORD, operation: "update" }, signal);
    expect(budget.asked).to.deep.equal(["1 of kms", "3 of route53"]);
  });

  it("is concerned with resources of paced services only", () => {
    const { concerns } = changeGateOf(new Recorded());
    expect([KEY, RECORD, NAMESPACE].map(({ type }) => concerns(type))).to.deep.equal([true, true, false]);
  });

  it("waits until it is its turn, and no longer than the operation lasts", async () => {
    const gate = changeGateOf(new Recorded(60_000));
    const ending = new AbortController();
    const waiting = gate
      .pass({ ...KEY, operation: "create" }, ending.signal)
      .catch((error: unknown) => error);
    ending.abort();
    expect(await waiting).to.have.property("name", "AbortError");
  });

  const pre = (operation: ResourceOperation, resource = RECORD, planned = false): EngineEvent => ({
    kind: "resource-pre",
    ...resource,
    operation,
    planned,
    changed: [],
  });

  const CHARGED: readonly (readonly [string, EngineEvent, readonly string[]])[] = [
    ["a deletion", pre("delete"), ["3 of route53"]],
    ["a replaced resource's deletion", pre("delete-replaced"), ["3 of route53"]],
    ["a deletion that is only planned", pre("delete", RECORD, true), []],
    ["a deletion of what is not paced", pre("delete", NAMESPACE), []],
    ["a creation, which the gate counts", pre("create"), []],
    ["the end of a deletion", { ...RECORD, kind: "resource-failed", operation: "delete" }, []],
  ];
  for (const [what, event, asked] of CHARGED) {
    it(`counts ${asked.join() || "nothing"} for ${what}`, () => {
      const budget = new Recorded();
      chargeDeletion(budget, event);
      expect(budget.asked).to.deep.equal(asked);
    });
  }
});
