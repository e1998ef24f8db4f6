import { expect } from "chai";
import type { ResourceFailure } from "../../tenants/engine";
import { ProblemError, type ProblemType } from "../lifecycle";
import { ExhaustedError, judge } from ".";
import { kubernetes, resources, QUOTA, THROTTLED, TAKEN, CAUGHT_UP } from "./testing/errors";

describe("what a failed operation tells of", () => {
  const PRECEDENCE: readonly (readonly [string, readonly ResourceFailure[], ProblemType])[] = [
    ["a quota beside a throttled call", [THROTTLED, QUOTA], "quota-exceeded"],
    ["a taken name beside a throttled call", [THROTTLED, TAKEN], "name-taken"],
    ["the first of two lasting ones", [TAKEN, QUOTA], "name-taken"],
    ["a throttled call, not what it held up", [CAUGHT_UP, THROTTLED], "throttled"],
    ["something unknown before what passes", [THROTTLED, kubernetes("it is odd")], "resource-failed"],
  ];
  for (const [what, failures, type] of PRECEDENCE) {
    it(`tells of ${what}`, () => expect(judge(resources(...failures)).problem.type).to.equal(type));
  }

  it("leaves out what only followed", () => {
    const { problem } = judge(resources(QUOTA, CAUGHT_UP));
    expect(problem.detail).to.contain("InstanceQuotaExceeded").and.not.contain("context canceled");
    const { urn: _, ...told } = QUOTA;
    expect(problem.extensions).to.deep.equal({ failures: [told] });
  });

  it("keeps what nothing else is known besides", () => {
    const { problem } = judge(resources(CAUGHT_UP));
    expect(problem.type).to.equal("interrupted");
    expect(problem.detail).to.contain("context canceled");
  });

  it("does not wait again for what was waited for", () => {
    const problem = { type: "database-unavailable", detail: "it does not answer" } as const;
    expect(judge(new ProblemError(problem)).passing).to.equal(true);
    const { passing, problem: told } = judge(new ExhaustedError(problem));
    expect(passing).to.equal(false);
    expect(told.next).to.contain("RDS instance");
  });

  it("leaves a problem's own next step", () => {
    const problem = { type: "timed-out", detail: "late", next: "wait" } as const;
    expect(judge(new ProblemError(problem)).problem).to.deep.equal(problem);
  });
});
