import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Engine } from "./engine";
import {
  EngineError,
  PolicyViolationError,
  ProgramError,
  ResourceFailedError,
  StackNotFoundError,
} from "./errors";
import { Probe, makes } from "./testing/probe";
import { Sandbox, failureOf, until } from "./testing/sandbox";

const PROJECT = "failures";

describe("an engine whose operation fails", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let engine: Engine;

  before(() => {
    sandbox = new Sandbox();
    engine = new Engine({ environment: sandbox.environment });
  });

  after(() => {
    engine.close();
    sandbox.remove();
  });

  it("names the resource that failed, its operation and why", async () => {
    const program = makes(() => new Probe("bad", { label: "bad", fail: "create" }));
    const error = await failureOf(
      engine.up({ project: PROJECT, stack: "create", program }),
      ResourceFailedError,
    );
    expect(error.failures).to.have.length(1);
    expect(error.failures[0]).to.include({ type: "probe:index:Probe", name: "bad", operation: "create" });
    expect(error.failures[0]?.reason).to.include("the probe was told to fail its create");
  });

  it("finishes what a failed run began", async () => {
    const program = (fail?: "create") =>
      makes(
        () => new Probe("bad", { label: "bad", fail }, { dependsOn: new Probe("good", { label: "good" }) }),
      );
    const stack = { project: PROJECT, stack: "again" };
    await failureOf(engine.up({ ...stack, program: program("create") }), ResourceFailedError);
    const { changes } = await engine.up({ ...stack, program: program() });
    expect(changes).to.deep.equal({ same: 2, create: 1 });
  });

  it("names the resource whose inputs were refused", async () => {
    const program = makes(() => new Probe("empty", { label: "" }));
    const error = await failureOf(
      engine.up({ project: PROJECT, stack: "check", program }),
      ResourceFailedError,
    );
    expect(error.failures.map(({ name }) => name)).to.deep.equal(["empty"]);
    expect(error.message).to.include("is empty");
  });

  it("passes on what the program threw", async () => {
    const program = () => Promise.reject(new Error("no cell named 'nowhere'"));
    const error = await failureOf(engine.up({ project: PROJECT, stack: "throws", program }), ProgramError);
    expect(error.message).to.equal("no cell named 'nowhere'");
  });

  it("leaves no stack behind where the program of a new one threw before it made anything", async () => {
    const stack = { project: PROJECT, stack: "empty" };
    const program = () => Promise.reject(new Error("no cell named 'nowhere'"));
    await failureOf(engine.up({ ...stack, program }), ProgramError);
    expect(await engine.exists(stack)).to.equal(false);
  });

  it("fails only the run whose program left an error uncaught", async () => {
    const sound = () => Promise.resolve({ done: new Probe("slow", { label: "slow", delayMs: 1500 }).label });
    const broken = async () => {
      setTimeout(() => {
        throw new Error("nobody caught this");
      }, 10);
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    // Mocha takes uncaught errors for its own.
    const mocha = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    const [good, bad] = await Promise.all([
      engine.up({ project: PROJECT, stack: "sound", program: sound }),
      failureOf(engine.up({ project: PROJECT, stack: "broken", program: broken }), ProgramError),
    ]).finally(() => mocha.forEach((listener) => process.on("uncaughtException", listener)));
    expect(good.outputs["done"]?.value).to.equal("slow");
    expect(bad.message).to.equal("nobody caught this");
  });

  it("is not held up by another run's message about a resource that is not there yet", async () => {
    const talkative = makes(() => {
      const slow = new Probe("slow", { label: "held", delayMs: 6000, log: sandbox.log });
      void pulumi.log.info("it takes a while", slow);
    });
    const slow = engine.up({ project: PROJECT, stack: "talkative", program: talkative });
    await until("the slow resource begins", () => sandbox.lines.includes("begin create held"));
    const program = makes(() => pulumi.log.warn("quick"));
    const messages: string[] = [];
    await engine.up({
      project: PROJECT,
      stack: "quick",
      program,
      onEvent: (event) => event.kind === "diagnostic" && messages.push(event.message),
    });
    expect(sandbox.lines).to.not.include("end create held");
    expect(messages).to.deep.equal(["quick"]);
    await slow;
  });

  it("says that a stack does not exist", async () => {
    const error = await failureOf(engine.destroy({ project: PROJECT, stack: "missing" }), StackNotFoundError);
    expect(error.target).to.deep.equal({ project: PROJECT, stack: "missing" });
  });

  describe("by a policy", () => {
    const POLICIES = `[
      { name: "no-evil", description: "d", enforcementLevel: "mandatory",
        validateResource: (args, report) => { if (args.props.value === "evil") report("value is evil"); } },
      { name: "no-odd", description: "d", enforcementLevel: "advisory",
        validateResource: (args, report) => { if (args.props.value === "odd") report("value is odd"); } },
      { name: "few", description: "d", enforcementLevel: "mandatory",
        validateStack: (args, report) => { if (args.resources.length > 3) report("too many"); } } ]`;
    let policyPacks: { path: string }[];

    before(() => {
      policyPacks = [{ path: sandbox.policyPack("house-rules", POLICIES) }];
    });

    const program = (value: string) =>
      makes(() => new Probe("judged", { label: "judged", value, log: sandbox.log }));

    it("gives each violation as data and creates nothing", async () => {
      const request = { project: PROJECT, stack: "evil", program: program("evil"), policyPacks };
      const error = await failureOf(engine.up(request), PolicyViolationError);
      expect(error.violations).to.have.length(1);
      expect(error.violations[0]).to.deep.include({
        pack: "house-rules",
        policy: "no-evil",
        level: "mandatory",
      });
      expect(error.violations[0]?.urn).to.equal("urn:pulumi:evil::failures::probe:index:Probe::judged");
      expect(error.violations[0]?.message).to.include("value is evil");
      expect(sandbox.lines).to.not.include("begin create judged");
    });

    it("refuses in a preview too", async () => {
      const request = { project: PROJECT, stack: "evil-preview", program: program("evil"), policyPacks };
      const error = await failureOf(engine.preview(request), PolicyViolationError);
      expect(error.violations.map(({ policy }) => policy)).to.deep.equal(["no-evil"]);
    });

    it("lets an advisory pass and returns it", async () => {
      const { violations } = await engine.up({
        project: PROJECT,
        stack: "odd",
        program: program("odd"),
        policyPacks,
      });
      expect(violations.map(({ policy, level }) => [policy, level])).to.deep.equal([["no-odd", "advisory"]]);
    });

    it("judges the whole stack", async () => {
      const many = makes(() =>
        ["a", "b", "c", "d"].map((name) => new pulumi.ComponentResource("test:index:Group", name)),
      );
      const request = { project: PROJECT, stack: "many", program: many, policyPacks };
      const error = await failureOf(engine.up(request), PolicyViolationError);
      expect(error.violations.map(({ policy }) => policy)).to.deep.equal(["few"]);
    });

    it("keeps one analyzer for operations one after another and at once", async () => {
      const names = ["w1", "w2", "w3"];
      const before = engine.analyzerPids;
      await Promise.all(
        names.map((stack) =>
          engine.preview({ project: PROJECT, stack, program: program("fine"), policyPacks }),
        ),
      );
      expect(engine.analyzerPids).to.deep.equal(before);
      expect(before).to.have.length(1);
    });

    it("starts another where the warm one was killed", async () => {
      const [pid = 0] = engine.analyzerPids;
      process.kill(pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 100));
      const request = { project: PROJECT, stack: "revived", program: program("evil"), policyPacks };
      const error = await failureOf(engine.up(request), PolicyViolationError);
      expect(error.violations).to.have.length(1);
      expect(engine.analyzerPids).to.not.include(pid);
    });

    it("says which directory is no pack", async () => {
      const request = {
        project: PROJECT,
        stack: "packless",
        program: program("fine"),
        policyPacks: [{ path: "/nowhere" }],
      };
      const error = await failureOf(engine.up(request), EngineError);
      expect(error.message).to.equal(
        "policy pack '/nowhere' has no PulumiPolicy.yaml: expected the directory of a policy pack",
      );
    });
  });
});
