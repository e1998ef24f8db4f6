import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Engine } from "./engine";
import { CancelledError, ResourceFailedError } from "./errors";
import { Probe, type ProbeArgs, makes } from "./testing/probe";
import { Sandbox, failureOf, until } from "./testing/sandbox";
import type { ChangeGate, ResourceChange, UpRequest } from "./types";

const PROJECT = "gated";
const TYPE = "probe:index:Probe";

describe("what changes have to pass", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let engine: Engine;
  let passed: string[];

  before(() => {
    sandbox = new Sandbox();
    engine = new Engine({ environment: sandbox.environment });
  });
  beforeEach(() => {
    passed = [];
  });
  after(() => {
    engine.close();
    sandbox.remove();
  });

  /** Lets everything through, and writes down what it was. */
  const open: ChangeGate = {
    concerns: (type) => type === TYPE,
    pass: ({ operation, type, name }) => {
      passed.push(`${operation} ${type} ${name}`);
      return Promise.resolve();
    },
  };

  const up = (stack: string, probes: Record<string, ProbeArgs>, more: Partial<UpRequest> = {}) =>
    engine.up({ ...request(stack, probes), changeGate: open, ...more });

  const request = (stack: string, probes: Record<string, ProbeArgs>) => ({
    project: PROJECT,
    stack,
    program: makes(() => Object.entries(probes).forEach(([name, args]) => new Probe(name, args))),
  });

  it("is told of a creation and of an update, and of nothing that stays as it is", async () => {
    await up("told", { one: { label: "a" }, two: { label: "b" } });
    expect(passed.sort()).to.deep.equal([`create ${TYPE} one`, `create ${TYPE} two`]);
    passed = [];
    await up("told", { one: { label: "a" }, two: { label: "b", value: "other" } });
    expect(passed).to.deep.equal([`update ${TYPE} two`]);
  });

  it("is not told of types that are none of its concern", async () => {
    await up("unconcerned", { one: { label: "a" } }, { changeGate: { ...open, concerns: () => false } });
    expect(passed).to.deep.equal([]);
  });

  it("holds the provider's work until it lets it through", async () => {
    let begun = 0;
    const pass = async (): Promise<void> => {
      await sleep(500);
      begun = sandbox.lines.length;
    };
    await up("held", { one: { label: "held", log: sandbox.log } }, { changeGate: { ...open, pass } });
    expect(begun).to.equal(0);
    expect(sandbox.lines).to.deep.equal(["begin create held", "end create held"]);
  });

  it("fails a change that it refuses, and nothing was made of it", async () => {
    const pass = ({ name }: ResourceChange): Promise<void> =>
      name === "two" ? Promise.reject(new Error("the gate is shut")) : Promise.resolve();
    const probes = { one: { label: "one" }, two: { label: "two" } };
    const error = await failureOf(
      up("refused", probes, { changeGate: { ...open, pass } }),
      ResourceFailedError,
    );
    expect(error.failures.map(({ name }) => name)).to.deep.equal(["two"]);
    expect(error.message).to.contain("the gate is shut");
    const { changes, recovered } = await up("refused", probes);
    expect(changes).to.include({ create: 1 });
    expect(recovered).to.deep.equal([]);
  });

  it("ends in good order where the operation is cancelled while it waits", async () => {
    const cancel = new AbortController();
    let waiting = false;
    const pass = async (_: ResourceChange, signal: AbortSignal): Promise<void> => {
      waiting = true;
      await sleep(60_000, undefined, { signal });
    };
    const probes = { one: { label: "one" } };
    const running = failureOf(
      up("cancelled", probes, { changeGate: { ...open, pass }, signal: cancel.signal }),
      CancelledError,
    );
    await until("it waits", () => waiting);
    cancel.abort();
    expect((await running).killed).to.equal(false);
    const { changes, recovered } = await up("cancelled", probes);
    expect(changes).to.include({ create: 1 });
    expect(recovered).to.deep.equal([]);
  });

  it("waits no longer where the operation is killed", async () => {
    const kill = new AbortController();
    let gaveUp = false;
    let waiting = false;
    const pass = async (_: ResourceChange, signal: AbortSignal): Promise<void> => {
      waiting = true;
      await sleep(60_000, undefined, { signal }).catch(() => (gaveUp = true));
    };
    const running = failureOf(
      up("killed", { one: { label: "one" } }, { changeGate: { ...open, pass }, killSignal: kill.signal }),
      CancelledError,
    );
    await until("it waits", () => waiting);
    kill.abort();
    await running;
    await until("it gave up", () => gaveUp);
  });

  it("is no part of a stack: a run without it finds nothing to do, and deletes what it is to delete", async () => {
    const probes = { one: { label: "one" }, two: { label: "two" } };
    await up("free", probes);
    expect((await engine.preview(request("free", probes))).changed).to.equal(false);
    const { changes } = await engine.up(request("free", { one: probes.one }));
    expect(changes).to.include({ delete: 1 });
    await up("free", probes);
    const destroyed = await engine.destroy({ project: PROJECT, stack: "free", remove: true });
    expect(destroyed.changes).to.include({ delete: 3 });
  });
});
