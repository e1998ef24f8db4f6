import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import {
  type Answer,
  type FakeApi,
  SPEC,
  operation,
  problem,
  startFakeApi,
  tenant,
} from "./testing/fake-api";
import { type TerminalOptions, envOf, scratch, tenantry } from "./testing/terminal";

const LINES: Answer = {
  lines: [
    ["step", { step: "provision", outcome: "begun" }],
    ["resource", { type: "aws:kms/key:Key", name: "acme", operation: "create", outcome: "begun" }],
    ["resource", { type: "aws:kms/key:Key", name: "acme", operation: "create", outcome: "done" }],
    ["probe", { probe: "https", kind: "positive", outcome: "passed" }],
    ["end", { status: "succeeded" }],
  ],
};
const QUEUED = { status: 202, body: operation({ status: "queued" }) };
const DONE = {
  "GET /v1/operations/op_1/stream": LINES,
  "GET /v1/operations/op_1": { status: 200, body: operation() },
};
describe("tenantry", () => {
  let api: FakeApi | undefined;
  const start = async (answers: Readonly<Record<string, Answer | readonly Answer[]>>) =>
    (api = await startFakeApi(answers));
  const run = (args: readonly string[], options: TerminalOptions = {}) =>
    tenantry(args, { ...options, env: { ...envOf(api?.url ?? ""), ...options.env } });
  afterEach(async () => {
    await api?.close();
    api = undefined;
  });

  const specFile = (change: object = {}): string => {
    const file = path.join(scratch(), "acme.yaml");
    writeFileSync(file, JSON.stringify({ ...SPEC, ...change }));
    return file;
  };

  it("onboard follows the operation to its end", async () => {
    const { asked } = await start({ "POST /v1/tenants": QUEUED, ...DONE });
    const { code, out, err } = await run(["onboard", specFile()]);
    expect([code, err]).to.deep.equal([0, ""]);
    expect(out.split("\n")).to.deep.equal([
      "acme: onboard",
      "acme: onboard is queued (operation op_1)",
      "acme: step provision",
      "acme: creating aws:kms/key:Key acme",
      "acme: created aws:kms/key:Key acme",
      "acme: probe https: passed",
      "acme: onboard succeeded: 49 created; 1 of 1 probes passed in 12.5 s",
      "",
    ]);
    expect(asked()).to.deep.equal([
      "POST /v1/tenants",
      "GET /v1/operations/op_1/stream",
      "GET /v1/operations/op_1",
    ]);
  });

  it("onboard --no-wait returns once it is accepted", async () => {
    const { asked } = await start({ "POST /v1/tenants": QUEUED });
    const { code, out } = await run(["onboard", specFile(), "--no-wait"]);
    expect(code).to.equal(0);
    expect(out).to.equal("acme: onboard\nacme: onboard is queued (operation op_1)\n");
    expect(asked()).to.deep.equal(["POST /v1/tenants"]);
  });

  it("onboard --json writes a document a line", async () => {
    await start({ "POST /v1/tenants": QUEUED, ...DONE });
    const { out } = await run(["onboard", specFile(), "--json"]);
    const lines = out
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines.map((line): unknown => Reflect.get(Object(line), "type"))).to.deep.equal([
      "begin",
      "accepted",
      ...Array<string>(5).fill("progress"),
      "result",
    ]);
    expect(lines.at(3)).to.deep.include({ tenant: "acme", sequence: 2, kind: "resource" });
    expect(lines.at(-1)).to.deep.include({ tenant: "acme", operation: operation() });
  });

  it("onboard --no-wait says once that it is accepted, to machines and at a terminal, too", async () => {
    await start({ "POST /v1/tenants": QUEUED });
    const { out } = await run(["onboard", specFile(), "--no-wait", "--json"]);
    expect(out.match(/"type":"[a-z]+"/g)).to.deep.equal(['"type":"begin"', '"type":"accepted"']);
    const { err } = await run(["onboard", specFile(), "--no-wait"], { live: true });
    expect(err).to.equal("✔ acme: onboard is queued (operation op_1)\n");
  });

  it("onboard draws in place at a terminal", async () => {
    await start({ "POST /v1/tenants": QUEUED, ...DONE });
    const { out, err } = await run(["onboard", specFile()], { live: true });
    expect(out).to.equal("");
    expect(err).to.include("  acme: probe https: passed\n");
    expect(err.endsWith("✔ acme: onboard succeeded: 49 created; 1 of 1 probes passed in 12.5 s\n")).to.equal(
      true,
    );
  });

  it("onboard begins nothing where a spec is wrong", async () => {
    const { asked } = await start({});
    const { code, err } = await run(["onboard", specFile(), specFile({ size: "huge" })]);
    expect(code).to.equal(2);
    expect(err).to.include("size is 'huge'");
    expect(asked()).to.deep.equal([]);
  });

  it("onboard takes one file a tenant", async () => {
    await start({});
    const { code, err } = await run(["onboard", specFile(), specFile()]);
    expect([code, err]).to.deep.equal([2, err]);
    expect(err).to.match(/id is 'acme' in .* and .*: expected one file a tenant/);
  });

  const failures: readonly [string, string, number][] = [
    ["a policy's violation", "policy-violation", 3],
    ["somebody else's lock", "stack-locked", 4],
    ["a cell that is not up", "cell-unavailable", 5],
    ["a resource", "resource-failed", 1],
  ];
  for (const [what, type, code] of failures) {
    it(`ends with ${code} where an operation fails for ${what}`, async () => {
      const failed = {
        type: `https://tenantry.dev/problems/${type}`,
        title: "",
        status: 500,
        detail: "it broke",
        next: "mend it",
      };
      await start({
        "POST /v1/tenants/acme/repair": QUEUED,
        "GET /v1/operations/op_1/stream": { lines: [["end", { status: "failed" }]] },
        "GET /v1/operations/op_1": { status: 200, body: operation({ status: "failed", problem: failed }) },
      });
      const { code: ended, err } = await run(["repair", "acme"]);
      expect([ended, err]).to.deep.equal([code, "acme: it broke\n  mend it\n"]);
    });
  }

  const refusals: readonly [string, number, number][] = [
    ["tenant-busy", 409, 4],
    ["not-found", 404, 5],
    ["wrong-phase", 409, 2],
    ["forbidden", 403, 2],
    ["precondition-failed", 412, 2],
    ["invalid-spec", 422, 2],
    ["internal", 500, 1],
  ];
  for (const [type, status, code] of refusals) {
    it(`ends with ${code} where the API answers ${type}`, async () => {
      await start({ "POST /v1/tenants/acme/resume": problem(type, status, { extra: 1 }) });
      const { code: ended, out } = await run(["resume", "acme", "--json"]);
      expect(ended).to.equal(code);
      const line: unknown = JSON.parse(out.trim().split("\n").at(-1) ?? "");
      expect(line).to.deep.equal({
        type: "error",
        tenant: "acme",
        code,
        error: type,
        message: `it is ${type}`,
        extra: 1,
      });
    });
  }

  it("carries on with the others where one fails", async () => {
    await start({ "POST /v1/tenants/globex/resume": QUEUED, ...DONE });
    const { code, out, err } = await run(["resume", "acme", "globex"]);
    expect(code).to.equal(5);
    expect(err).to.equal("acme: it is not-found\n");
    expect(out).to.include("globex: onboard succeeded");
  });

  it("update sends what differs, for the version that was read", async () => {
    const { requests } = await start({
      "GET /v1/tenants/acme": {
        status: 200,
        body: tenant({ spec: { ...SPEC, release: { web: "web:1" } } }),
        headers: { etag: '"3"' },
      },
      "PATCH /v1/tenants/acme": QUEUED,
      ...DONE,
    });
    const { code } = await run(["update", specFile({ size: "medium" })]);
    expect(code).to.equal(0);
    const [, patch] = requests();
    expect(patch?.headers["if-match"]).to.equal('"3"');
    expect(JSON.parse(patch?.body ?? "")).to.deep.equal({ size: "medium", release: { web: null } });
  });

  it("update asks for nothing where nothing differs", async () => {
    const { asked } = await start({
      "GET /v1/tenants/acme": { status: 200, body: tenant(), headers: { etag: '"3"' } },
    });
    const { code, out } = await run(["update", specFile()]);
    expect([code, out]).to.deep.equal([0, "acme: update\nacme: nothing to change\n"]);
    expect(asked()).to.deep.equal(["GET /v1/tenants/acme"]);
  });

  it("offboard asks first, and does nothing for a no", async () => {
    const { asked } = await start({ "POST /v1/tenants/acme/offboard": QUEUED, ...DONE });
    const declined = await run(["offboard", "acme"], { answer: false });
    expect([declined.code, declined.questions.length, asked().length]).to.deep.equal([130, 1, 0]);
    const confirmed = await run(["offboard", "acme", "--retention-days", "7", "--reason", "over"], {
      answer: true,
    });
    expect([confirmed.code, confirmed.questions.length]).to.deep.equal([0, 1]);
  });

  it("offboard and purge want --yes where nobody can be asked", async () => {
    const { asked, requests } = await start({ "POST /v1/tenants/acme/purge": QUEUED, ...DONE });
    for (const verb of ["offboard", "purge"]) {
      const { code, err } = await run([verb, "acme"]);
      expect([code, err]).to.deep.equal([
        2,
        "error: --yes is missing: expected it where nobody can be asked\n",
      ]);
    }
    expect(asked()).to.deep.equal([]);
    expect((await run(["purge", "acme", "--yes", "--force"])).code).to.equal(0);
    expect(JSON.parse(requests()[0]?.body ?? "")).to.deep.equal({ force: true });
  });

  it("restore takes a snapshot or a time, and not both", async () => {
    const { requests } = await start({ "POST /v1/tenants/acme/restore": QUEUED, ...DONE });
    await run(["restore", "acme", "--time", "2026-01-02T03:04:05+01:00"]);
    expect(JSON.parse(requests()[0]?.body ?? "")).to.deep.equal({
      restore: { time: "2026-01-02T02:04:05.000Z" },
    });
    expect((await run(["restore", "acme", "--time", "noon"])).err).to.include("--time is 'noon'");
    const both = await run(["restore", "acme", "--time", "2026-01-02T03:04:05Z", "--snapshot", "s"]);
    expect([both.code, both.err]).to.deep.equal([2, both.err]);
    expect(both.err).to.include("expected one or the other");
  });

  it("goes behind what is at work with --queue", async () => {
    const { asked } = await start({ "POST /v1/tenants/acme/suspend": QUEUED });
    await run(["suspend", "acme", "--queue", "--no-wait"]);
    expect(asked()).to.deep.equal(["POST /v1/tenants/acme/suspend?whenBusy=queue"]);
  });

  it("stops waiting at Ctrl-C, and says that it goes on", async () => {
    const interrupt = new AbortController();
    await start({
      "POST /v1/tenants/acme/rotate": QUEUED,
      "GET /v1/operations/op_1/stream": { lines: [["step", { step: "rotate", outcome: "begun" }]] },
      "GET /v1/operations/op_1": { status: 200, body: operation({ status: "running" }) },
    });
    setTimeout(() => interrupt.abort(), 200);
    const { code, err } = await run(["rotate", "acme"], { interrupt: interrupt.signal });
    expect([code, err]).to.deep.equal([
      130,
      "acme: no longer waited for; operation op_1 goes on: tenantry watch op_1\n",
    ]);
  });

  it("watch ends as the operation does", async () => {
    await start(DONE);
    expect((await run(["watch", "op_1"])).code).to.equal(0);
    expect((await run(["watch", "op_2"])).code).to.equal(5);
  });

  it("lets no name speak to the terminal", async () => {
    const evil = { type: "t", title: "", status: 404, detail: "\x1b]0;pwned\x07gone" };
    await start({ "POST /v1/tenants/acme/resume": { status: 404, body: evil } });
    expect((await run(["resume", "acme"])).err).to.equal("acme: �]0;pwned�gone\n");
  });
});
