import { expect } from "chai";
import {
  CancelledError,
  EngineError,
  EngineNotFoundError,
  EnvironmentError,
  PolicyViolationError,
  ProgramError,
  ResourceFailedError,
  StackLockedError,
  StackNotFoundError,
} from "../engine";
import { TenantSpecError, UnknownTenantError } from "../spec";
import { DeclinedError } from "./confirm";
import { EXIT, worst } from "./exit-codes";
import { BadInputError, NotFoundError, asTenantError, failureOf } from "./failure";

const ACME = { project: "tenants", stack: "acme" };

/** As tenants/cell.ts throws it; to import that would load Pulumi's SDKs. */
class CellUnavailableError extends Error {
  override readonly name = "CellUnavailableError";
}

const CASES: readonly [Error, number][] = [
  [new EngineError("it broke"), 1],
  [new ResourceFailedError([]), 1],
  [new ProgramError([new TypeError("x is undefined")]), 1],
  [new BadInputError("--all was given"), 2],
  [new TenantSpecError("acme.yaml", ["tier is 'gold'"]), 2],
  [new EnvironmentError("PULUMI_BACKEND_URL", "is not set"), 2],
  [new EngineNotFoundError("pulumi", ""), 2],
  [new PolicyViolationError([]), 3],
  [new StackLockedError(ACME, undefined), 4],
  [new NotFoundError("gone"), 5],
  [new StackNotFoundError(ACME), 5],
  [new UnknownTenantError("nobody", "specs", []), 5],
  [new ProgramError([new CellUnavailableError("cell 'local' is not up")]), 5],
  [new CancelledError(ACME, false), 130],
  [new DeclinedError("not confirmed"), 130],
];

describe("an error on the command line", () => {
  for (const [error, code] of CASES) {
    it(`ends with ${code} where it is a ${error.name}: ${error.message}`, () => {
      expect(failureOf(error).code).to.equal(code);
    });
  }

  it("gives a machine the violations", () => {
    const violation = { pack: "p", policy: "no-evil", level: "mandatory", message: "evil" } as const;
    expect(failureOf(new PolicyViolationError([violation])).details).to.deep.equal({
      violations: [violation],
    });
  });

  it("gives a machine the lock's holder", () => {
    const holder = { user: "root", host: "h", pid: 7, since: new Date(0), url: "file:///l" };
    expect(failureOf(new StackLockedError(ACME, holder)).details).to.deep.equal({ holder });
  });

  it("speaks of a tenant and not of a stack", () => {
    expect(asTenantError(new StackNotFoundError(ACME), "acme")).to.include({
      name: "NotFoundError",
      message: "tenant 'acme' is not there: nothing was ever deployed for it",
    });
  });
});

describe("the exit code of several", () => {
  it("is 0 where all ended well", () => {
    expect(worst([EXIT.ok, EXIT.ok])).to.equal(0);
  });

  it("is the first one's that did not end well", () => {
    expect(worst([EXIT.ok, EXIT.locked, EXIT.failure])).to.equal(4);
  });

  it("is an interruption's where there was one", () => {
    expect(worst([EXIT.failure, EXIT.interrupted])).to.equal(130);
  });
});
