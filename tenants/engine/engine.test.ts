import { writeFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Engine } from "./engine";
import type { EngineEvent } from "./events";
import type { StackRef } from "./types";
import { Probe, makes } from "./testing/probe";
import { Sandbox } from "./testing/sandbox";

const PROJECT = "probes";

/** An engine that can leave a stack as the first half of a preview does. */
class BeginningEngine extends Engine {
  async begin(ref: StackRef): Promise<void> {
    await this.manage(ref, ["stack", "init", this.nameOf(ref), "--no-select"]);
  }
}

describe("an engine", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let engine: BeginningEngine;

  before(() => {
    sandbox = new Sandbox();
    engine = new BeginningEngine({ environment: sandbox.environment });
  });

  after(() => {
    engine.close();
    sandbox.remove();
  });

  const request = (stack: string, value = "one") => ({
    project: PROJECT,
    stack,
    config: { greeting: "hello", token: { value: "hidden", secret: true as const } },
    program: () => {
      const config = new pulumi.Config();
      const probe = new Probe("first", { label: stack, value });
      return Promise.resolve({
        label: probe.label,
        greeting: config.require("greeting"),
        token: config.requireSecret("token"),
        nested: { plain: 1, password: pulumi.secret("s3cret") },
      });
    },
  });

  it("makes a stack, brings it up and returns its outputs with their secretness", async () => {
    const { changes, outputs, steps, changed } = await engine.up(request("fresh"));
    expect(changes).to.deep.equal({ create: 2 });
    expect(changed).to.equal(true);
    expect(steps.map(({ type, operation, outcome }) => [type, operation, outcome])).to.deep.equal([
      ["pulumi:pulumi:Stack", "create", "done"],
      ["pulumi:providers:probe", "create", "done"],
      ["probe:index:Probe", "create", "done"],
    ]);
    expect(outputs).to.deep.equal({
      label: { value: "fresh", secret: false, known: true },
      greeting: { value: "hello", secret: false, known: true },
      token: { value: "hidden", secret: true, known: true },
      nested: { value: { plain: 1, password: "s3cret" }, secret: true, known: true },
    });
  });

  it("returns the same outputs from the state afterwards", async () => {
    const { outputs } = await engine.up(request("fresh"));
    expect(await engine.outputs({ project: PROJECT, stack: "fresh" })).to.deep.equal(outputs);
  });

  it("keeps secrets encrypted in the state", async () => {
    await engine.up(request("sealed"));
    const checkpoint = sandbox.checkpoint(PROJECT, "sealed");
    expect(checkpoint).to.include("ciphertext");
    expect(checkpoint).not.to.include("hidden");
    expect(checkpoint).not.to.include("s3cret");
  });

  it("keeps the state's own secrets manager from one operation to the next", async () => {
    const salt = () => /"salt":"([^"]+)"/.exec(sandbox.checkpoint(PROJECT, "salted"))?.[1];
    await engine.up(request("salted"));
    const before = salt();
    await engine.up(request("salted", "two"));
    expect(before).to.be.a("string");
    expect(salt()).to.equal(before);
  });

  it("changes nothing the second time", async () => {
    await engine.up(request("steady"));
    const { changes, changed } = await engine.up(request("steady"));
    expect(changes).to.deep.equal({ same: 2 });
    expect(changed).to.equal(false);
  });

  it("previews an update and names what differs", async () => {
    await engine.up(request("previewed"));
    const { changes, steps, outputs } = await engine.preview(request("previewed", "two"));
    expect(changes).to.deep.equal({ same: 1, update: 1 });
    expect(steps.at(-1)).to.include({ operation: "update", outcome: "planned", name: "first" });
    expect(outputs["greeting"]).to.deep.equal({ value: "hello", secret: false, known: true });
  });

  it("previews a stack that does not exist and leaves none behind", async () => {
    const { changes, outputs } = await engine.preview(request("imagined"));
    expect(changes).to.deep.equal({ create: 2 });
    expect(outputs["token"]).to.deep.equal({ value: "hidden", secret: true, known: true });
    expect(await engine.exists({ project: PROJECT, stack: "imagined" })).to.equal(false);
  });

  describe("whose preview was killed", () => {
    const ref = (stack: string) => ({ project: PROJECT, stack });

    /** Leaves a stack as it does: there for the preview, and with nothing up. */
    const left = (stack: string) => engine.begin(ref(stack));

    it("previews and brings up the stack that this has left", async () => {
      await left("left");
      expect((await engine.preview(request("left"))).changes).to.deep.equal({ create: 2 });
      expect((await engine.up(request("left"))).changes).to.deep.equal({ create: 2 });
    });

    it("removes the stack that this has left, and finds it removed", async () => {
      await left("left-empty");
      for (let run = 0; run < 2; run += 1) {
        await engine.removeEmpty(ref("left-empty"));
        expect(await engine.exists(ref("left-empty"))).to.equal(false);
      }
    });

    it("removes no stack that has something", async () => {
      await engine.up(request("filled"));
      await engine.removeEmpty(ref("filled"));
      expect((await engine.up(request("filled"))).changes).to.deep.equal({ same: 2 });
    });
  });

  it("says what is not known before an up", async () => {
    const { outputs } = await engine.preview({
      project: PROJECT,
      stack: "unknowable",
      program: () => Promise.resolve({ id: new Probe("first", { label: "x" }).id }),
    });
    expect(outputs["id"]).to.deep.equal({ value: undefined, secret: false, known: false });
  });

  it("tells each event in order", async () => {
    const events: EngineEvent[] = [];
    await engine.up({ ...request("told"), onEvent: (event) => events.push(event) });
    const ofProbe = events.filter((event) => "type" in event && event.type === "probe:index:Probe");
    expect(ofProbe.map(({ kind }) => kind)).to.deep.equal(["resource-pre", "resource-outputs"]);
    expect(events.at(-1)).to.deep.include({ kind: "summary", changes: { create: 2 } });
  });

  it("refreshes", async () => {
    await engine.up(request("refreshed"));
    const { changes, changed } = await engine.refresh({ project: PROJECT, stack: "refreshed" });
    expect(changes).to.deep.equal({ same: 2 });
    expect(changed).to.equal(false);
  });

  it("says what has drifted, as often as it is asked, and leaves the state alone", async () => {
    const reality = path.join(sandbox.directory, "reality");
    const program = makes(() => new Probe("first", { label: "drifted", value: "one", reality }));
    await engine.up({ project: PROJECT, stack: "drifted", program });
    const before = sandbox.checkpoint(PROJECT, "drifted");
    writeFileSync(reality, "another");
    for (const _time of ["first", "second"]) {
      const { steps } = await engine.refresh({ project: PROJECT, stack: "drifted", previewOnly: true });
      const differing = steps.filter(({ operation }) => operation !== "same" && operation !== "refresh");
      expect(differing.map(({ name, operation }) => [name, operation])).to.deep.equal([["first", "update"]]);
    }
    expect(sandbox.checkpoint(PROJECT, "drifted")).to.equal(before);
  });

  it("destroys a stack and removes it", async () => {
    await engine.up(request("doomed"));
    const { changes } = await engine.destroy({ project: PROJECT, stack: "doomed", remove: true });
    expect(changes).to.deep.equal({ delete: 2 });
    expect(await engine.exists({ project: PROJECT, stack: "doomed" })).to.equal(false);
  });

  it("lists a project's stacks with their size", async () => {
    await engine.up(request("counted"));
    const counted = (await engine.list(PROJECT)).find(({ stack }) => stack === "counted");
    expect(counted).to.include({ project: PROJECT, resourceCount: 3 });
    expect(counted?.lastUpdate).to.be.instanceOf(Date);
  });

  it("runs four stacks at once, each with its own configuration and outputs", async () => {
    const names = ["red", "green", "blue", "black"];
    const results = await Promise.all(
      names.map((name) =>
        engine.up({ ...request(`at-once-${name}`), config: { greeting: name, token: name } }),
      ),
    );
    expect(results.map(({ outputs }) => outputs["greeting"]?.value)).to.deep.equal(names);
    expect(results.map(({ outputs }) => outputs["label"]?.value)).to.deep.equal(
      names.map((name) => `at-once-${name}`),
    );
  });
});
