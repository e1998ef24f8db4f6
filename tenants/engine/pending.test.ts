import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { z } from "zod";
import { Engine } from "./engine";
import { ResourceFailedError, StackNotFoundError, UndecidedCreatesError } from "./errors";
import type { ReadResource, Recognize } from "./pending";
import { Probe, type ProbeArgs, makes } from "./testing/probe";
import { Sandbox, failureOf, until } from "./testing/sandbox";

const PROJECT = "pending";

/** Exclusive probes have an id that is known beforehand, nameless ones are found by their owner; or the refusal tells the id. */
const recognize: Recognize = ({ inputs: { exclusive, nameless, label, owner, value }, refusal = "" }) => {
  const isOurs = ({ inputs }: ReadResource) => inputs["owner"] === owner && inputs["label"] === label;
  if (value === "told") {
    const [, told] = /there is a probe '(.*)'/.exec(refusal) ?? [];
    return told === undefined ? undefined : { id: `probe-${told}`, isOurs };
  }
  if (exclusive === true) return { id: `probe-${String(label)}`, isOurs };
  if (nameless !== true) return undefined;
  return {
    id: { token: "probe:index:find", args: { owner }, idsOf: ({ ids }) => idList.parse(ids) },
    isOurs,
  };
};

const idList = z.array(z.string());

describe("creations that a killed run left under way", function () {
  this.timeout(90_000);
  let sandbox: Sandbox;
  let engine: Engine;

  beforeEach(() => {
    sandbox = new Sandbox();
    engine = new Engine({ environment: sandbox.environment, recognize });
  });
  afterEach(() => {
    engine.close();
    sandbox.remove();
  });

  /** A component with a probe of its own provider: what is adopted must become just that. */
  const request = (stack: string, args: Partial<ProbeArgs> = {}) => ({
    project: PROJECT,
    stack,
    program: makes(() => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      new Probe(
        "child",
        { label: "named", exclusive: true, owner: "us", log: sandbox.log, ...args },
        { parent },
      );
    }),
  });

  /** Kills the CLI once the provider has begun to create the probe. */
  async function killed(stack: string, args: Partial<ProbeArgs> = {}): Promise<void> {
    const running = engine.up(request(stack, { ...args, delayMs: 60_000 }));
    running.catch(() => undefined);
    await until("it begins", () => sandbox.lines.some((line) => line.startsWith("begin create")));
    const directory = sandbox.locks(PROJECT, stack);
    const [file = ""] = readdirSync(directory);
    const { pid } = JSON.parse(readFileSync(path.join(directory, file), "utf8")) as { pid: number };
    process.kill(-pid, "SIGKILL");
    await failureOf(running, Error);
    writeFileSync(sandbox.log, "");
  }

  const place = () => path.join(sandbox.names, "named");
  const pendingIn = (stack: string) =>
    /"pending_operations":\s*\[\s*\{/.test(sandbox.checkpoint(PROJECT, stack));

  it("are adopted by the next up where they took place", async () => {
    await killed("adopts");
    const { recovered } = await engine.up(request("adopts", { delayMs: 60_000 }));
    expect(recovered.map(({ operation }) => operation)).to.deep.equal(["creating"]);
    expect(sandbox.lines, "nothing was created again").to.deep.equal([]);
    expect(pendingIn("adopts")).to.equal(false);
    expect((await engine.preview(request("adopts", { delayMs: 60_000 }))).changed).to.equal(false);
  });

  it("are made anew where they did not", async () => {
    await killed("anew");
    rmSync(place());
    expect((await engine.up(request("anew"))).changes["create"]).to.equal(1);
    expect(existsSync(place())).to.equal(true);
  });

  it("are adopted where only the refusal of a second one tells the id", async () => {
    await killed("told", { value: "told" });
    const { recovered } = await engine.up(request("told", { value: "told", delayMs: 60_000 }));
    expect(recovered.map(({ operation }) => operation)).to.deep.equal(["creating"]);
    expect(sandbox.lines, "nothing was created again").to.deep.equal([]);
  });

  describe("and have an id that only their provider knows", () => {
    const NAMELESS = { exclusive: false, nameless: true };
    const made = () => readdirSync(sandbox.names);

    it("are found and adopted by the next up", async () => {
      await killed("found", NAMELESS);
      const [first] = made();
      await engine.up(request("found", { ...NAMELESS, delayMs: 60_000 }));
      expect(made()).to.deep.equal([first]);
      expect(pendingIn("found")).to.equal(false);
      expect((await engine.preview(request("found", { ...NAMELESS, delayMs: 60_000 }))).changed).to.equal(
        false,
      );
    });

    it("are made anew where they did not take place, and no stranger's is taken for them", async () => {
      await killed("strangers", NAMELESS);
      made().forEach((name) => rmSync(path.join(sandbox.names, name)));
      const theirs = { label: "named", nameless: true, owner: "us, too" };
      writeFileSync(path.join(sandbox.names, "theirs"), JSON.stringify(theirs));
      const { changes } = await engine.up(request("strangers", NAMELESS));
      expect(changes["create"]).to.equal(1);
      expect(made()).to.have.length(2);
    });

    it("are deleted with the stack, and no person is asked", async () => {
      await killed("purged", NAMELESS);
      await engine.destroy({ project: PROJECT, stack: "purged", remove: true });
      expect(made()).to.deep.equal([]);
    });
  });

  it("are not taken for a stranger's of the same name", async () => {
    await killed("stranger");
    writeFileSync(place(), JSON.stringify({ label: "named", exclusive: true, owner: "them" }));
    const error = await failureOf(engine.up(request("stranger")), ResourceFailedError);
    expect(error.message).to.contain("AlreadyExists");
    await engine.destroy({ project: PROJECT, stack: "stranger", remove: true });
    expect(JSON.parse(readFileSync(place(), "utf8"))).to.include({ owner: "them" });
  });

  it("are deleted with the stack where they took place", async () => {
    await killed("removed");
    await engine.destroy({ project: PROJECT, stack: "removed", remove: true });
    expect(existsSync(place())).to.equal(false);
    await failureOf(engine.export({ project: PROJECT, stack: "removed" }), StackNotFoundError);
  });

  it("keep the stack where nobody knows, until a refresh says that somebody has looked", async () => {
    await killed("unknown", { exclusive: false });
    const stack = { project: PROJECT, stack: "unknown" };
    for (const attempt of ["first", "second"]) {
      const error = await failureOf(engine.destroy({ ...stack, remove: true }), UndecidedCreatesError);
      expect(error.message, attempt).to.contain("probe:index:Probe 'child'");
      expect(pendingIn("unknown"), attempt).to.equal(true);
    }
    await engine.refresh(stack);
    await engine.destroy({ ...stack, remove: true });
    await failureOf(engine.export(stack), StackNotFoundError);
  });

  it("stay noted by an up of other targets, which does not put them right", async () => {
    await killed("targets", { exclusive: false });
    const targets = ["urn:pulumi:targets::pending::test:index:Parent::parent"];
    await engine.up({ ...request("targets", { exclusive: false }), targets });
    expect(pendingIn("targets")).to.equal(true);
  });

  it("are asked for by a refresh before it clears the notes of them", async () => {
    await killed("refreshed");
    await engine.refresh({ project: PROJECT, stack: "refreshed" });
    expect(pendingIn("refreshed")).to.equal(false);
    const { changes } = await engine.up(request("refreshed", { delayMs: 60_000 }));
    expect(changes["create"]).to.equal(undefined);
  });
});
