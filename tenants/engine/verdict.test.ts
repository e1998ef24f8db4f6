import { expect } from "chai";
import type { CliExit } from "./cli/process";
import { Collector } from "./collector";
import { EngineError, InterruptedError, ResourceFailedError } from "./errors";
import type { ProgramRun } from "./host/program-run";
import { failureOf } from "./verdict";

const STACK = { project: "tenants", stack: "acme" };
const LOST: ProgramRun = { errors: [], refusal: new Error("14 UNAVAILABLE"), outputs: undefined };

/** The verdict on a CLI that ended with an exit code of 1, but for what is given. */
function verdict(exit: Partial<CliExit>, programRun?: ProgramRun, collector = new Collector()) {
  const ended = { code: 1, signal: undefined, stdout: "", stderr: "", cancelled: false, killed: false };
  return failureOf({ stack: STACK, exit: { ...ended, ...exit }, collector, programRun });
}

describe("the verdict on a CLI that failed", () => {
  it("is what it named", () => {
    const error = verdict({ stderr: "error: no stack selected\n" });
    expect(error).to.be.instanceOf(EngineError).with.property("message", "no stack selected");
  });

  it("tells its exit code where it named no error", () => {
    const error = verdict({ code: 255, stderr: "Created stack 'acme'\n" });
    expect(error?.message).to.equal(
      "pulumi ended with exit code 255 and named no error; Created stack 'acme'",
    );
  });

  it("tells the signal that ended it, whatever it had said before", () => {
    const error = verdict({ code: undefined, signal: "SIGKILL", stderr: "Created stack 'acme'\n" });
    expect(error).to.be.instanceOf(InterruptedError);
    expect(error?.message).to.equal(
      "tenants/acme was interrupted: SIGKILL ended pulumi; run it again to go on from where it stopped",
    );
  });

  it("tells that the program lost it", () => {
    const error = verdict({ stderr: "Created stack 'acme'\n" }, LOST);
    expect(error).to.be.instanceOf(InterruptedError);
    expect(error?.message).to.include("the program lost pulumi (14 UNAVAILABLE)");
  });

  it("is the resource's failure, which is how the program learns of one", () => {
    const collector = new Collector();
    const urn = "urn:pulumi:acme::tenants::probe:index:Probe::bad";
    collector.add({ kind: "diagnostic", severity: "error", message: "it is taken", urn });
    expect(verdict({}, LOST, collector)).to.be.instanceOf(ResourceFailedError);
  });
});
