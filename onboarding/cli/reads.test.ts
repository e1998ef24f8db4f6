import { expect } from "chai";
import { z } from "zod";
import { type Answer, AT, type FakeApi, operation, startFakeApi, tenant } from "./testing/fake-api";
import { envOf, tenantry } from "./testing/terminal";

const page = (...items: unknown[]): Answer => ({ status: 200, body: { items } });
const ENTRY = {
  sequence: 7,
  at: AT,
  actor: "issuer#admin",
  roles: ["admin"],
  address: "10.0.0.1",
  requestId: "r",
  action: "tenant.suspend",
  tenantId: "acme",
  hash: "ab",
};
const HEAD = `12:${"4e".repeat(32)}`;
const HOOK = { id: "whk_1", url: "https://crm.example.com/", types: [], enabled: true, createdAt: AT };
const DELIVERY = {
  webhookId: "whk_1",
  eventId: "evt_1",
  eventType: "tenant.active",
  tenantId: "acme",
  status: "dead",
  attempts: 9,
  nextAttemptAt: AT,
  lastError: "the receiver answered 500: expected 2xx",
};

const FAILED = operation({
  id: "op_3",
  status: "failed",
  step: "provision",
  result: undefined,
  problem: {
    type: "https://tenantry.dev/problems/quota-exceeded",
    title: "An AWS quota is used up",
    status: 409,
    detail: "create of aws:rds/instance:Instance 'acme' failed",
    next: "raise the quota; then: tenantry retry acme",
    failures: [{ name: "acme" }],
  },
});

describe("tenantry, looking", () => {
  let api: FakeApi;
  const answers: Record<string, Answer> = {
    "GET /v1/tenants": page(tenant(), tenant({ id: "globex", phase: "failed", facts: {} })),
    "GET /v1/tenants/acme": { status: 200, body: tenant() },
    "GET /v1/operations": page(FAILED, operation({ id: "op_2" })),
    "GET /v1/operations/op_1": { status: 200, body: operation() },
    "GET /v1/operations/op_1/stream": { status: 204 },
    "GET /v1/operations/op_3": { status: 200, body: FAILED },
    "GET /v1/operations/op_3/stream": {
      lines: [
        ["step", { step: "provision", outcome: "begun" }],
        ["resource", { type: "t", name: "acme", operation: "create", outcome: "begun" }],
        ["step", { step: "provision", outcome: "failed" }],
        ["end", { status: "failed" }],
      ],
    },
    "GET /v1/operations/op_4": {
      status: 200,
      body: operation({ id: "op_4", status: "running", step: "verify" }),
    },
    "GET /v1/tenants/acme/events": page({
      id: "evt_1",
      position: 1,
      sequence: 1,
      tenantId: "acme",
      type: "tenant.active",
      data: { from: "requested" },
      at: AT,
    }),
    "GET /v1/audit": page(ENTRY),
    "GET /v1/audit/verification": { status: 200, body: { intact: true, entries: 12, head: HEAD } },
    "POST /v1/operations/op_1/cancel": { status: 200, body: operation({ status: "cancelled" }) },
    "GET /v1/webhooks": page(HOOK),
    "POST /v1/webhooks": { status: 201, body: { ...HOOK, secret: "whsec_1" } },
    "DELETE /v1/webhooks/whk_1": { status: 204 },
    "GET /v1/webhooks/whk_1/deliveries": page(DELIVERY),
    "POST /v1/webhooks/whk_1/deliveries/evt_1/resend": {
      status: 202,
      body: { ...DELIVERY, status: "pending" },
    },
  };
  before(async () => {
    api = await startFakeApi(answers);
  });
  after(() => api.close());

  const run = (...args: string[]) => tenantry(args, { env: envOf(api.url) });
  const last = () => api.asked().at(-1);

  it("list shows every tenant", async () => {
    const { code, out } = await run("list", "--cell", "local");
    expect(code).to.equal(0);
    expect(out).to.equal(
      `TENANT  PHASE   TIER  SIZE   CELL   HOST NAME               LAST CHANGE
acme    active  silo  small  local  acme.local.example.com  ${AT}
globex  failed  silo  small  local  -                       ${AT}
`,
    );
    expect(last()).to.equal("GET /v1/tenants?cell=local&limit=200");
  });

  it("list --json is one document", async () => {
    expect(JSON.parse((await run("list", "--json")).out)).to.have.length(2);
  });

  it("list wants a phase that there is", async () => {
    const { code, err } = await run("list", "--phase", "asleep");
    expect(code).to.equal(2);
    expect(err).to.include("Allowed choices are requested, provisioning");
  });

  it("show shows a tenant and its last operations", async () => {
    const { out } = await run("show", "acme");
    expect(out).to.match(/^Tenant +acme {2}\(Acme Corporation\)$/m);
    expect(out).to.match(/^Phase +active$/m);
    expect(out).to.match(/^Host name +acme\.local\.example\.com$/m);
    expect(out).to.match(/^Operations +2026-01-02T03:04:05\.000Z {2}onboard is failed/m);
    expect(out).to.match(/^ +2026-01-02T03:04:05\.000Z {2}onboard succeeded: 49 created/m);
    expect(out).not.to.include("Quarantine");
  });

  it("show ends with 5 where there is no such tenant", async () => {
    expect(await run("show", "nobody")).to.include({ code: 5, err: "error: it is not-found\n" });
  });

  it("show says what failed, and what to do", async () => {
    const { out } = await run("show", "acme");
    expect(out).to.match(/^ +quota-exceeded: create of aws:rds\/instance:Instance 'acme' failed$/m);
    expect(out).to.match(/^ +next: raise the quota; then: tenantry retry acme$/m);
  });

  it("operations names the problem of each", async () => {
    const { out } = await run("operations");
    expect(out.split("\n").map((line) => line.split(/ {2,}/)[5])).to.deep.equal([
      "PROBLEM",
      "quota-exceeded",
      "-",
      undefined,
    ]);
  });

  it("operations shows all of one that failed", async () => {
    const { code, out } = await run("operations", "op_3");
    expect(code).to.equal(0);
    expect(out).to.match(/^Status +failed$/m);
    expect(out).to.include(`
Problem: quota-exceeded
  create of aws:rds/instance:Instance 'acme' failed
  next: raise the quota; then: tenantry retry acme
  failures:
    - name: acme

Steps
  ${AT}  step provision
  ${AT}  step provision: failed
`);
    expect(out).not.to.include("Result");
  });

  it("operations shows what one that succeeded did", async () => {
    const { out } = await run("operations", "op_1");
    expect(out).to.include("\nResult\n  provision:\n    changes:\n      create: 49\n");
    expect(out).not.to.match(/Problem|Steps|Follow/);
  });

  it("operations waits for none that is under way", async () => {
    const { out } = await run("operations", "op_4");
    expect(out).to.match(/^Step +verify$/m);
    expect(out).to.match(/^Follow it +tenantry watch op_4$/m);
    expect(last()).to.equal("GET /v1/operations/op_4");
  });

  it("operations of one is a document, too", async () => {
    const document: unknown = JSON.parse((await run("operations", "op_3", "--json")).out);
    expect(document).to.deep.include({ id: "op_3", status: "failed" });
    expect(document).to.have.property("steps").with.length(2);
  });

  for (const [args, path] of [
    [["list"], "/v1/tenants"],
    [["events", "acme"], "/v1/tenants/acme/events"],
  ] as const) {
    it(`${args[0]} takes no more than were asked for`, async () => {
      const { out } = await run(...args, "--limit", "1", "--json");
      expect(JSON.parse(out)).to.have.length(1);
      expect(last()).to.equal(`GET ${path}?limit=1`);
    });
  }

  it("operations takes no more than were asked for", async () => {
    const { out } = await run("operations", "--tenant", "acme", "--limit", "1");
    expect(out.trim().split("\n")).to.have.length(2);
    expect(last()).to.equal("GET /v1/operations?tenantId=acme&limit=1");
  });

  it("operations wants a limit that is one", async () => {
    expect((await run("operations", "--limit", "0")).err).to.equal(
      "error: --limit is '0': expected a whole number from 1 to 100000\n",
    );
  });

  it("events tells what happened", async () => {
    expect((await run("events", "acme")).out).to.include("tenant.active  -          from=requested");
  });

  it("audit tells who changed what", async () => {
    const { out } = await run("audit", "--tenant", "acme");
    expect(out).to.include("tenant.suspend  acme    issuer#admin  10.0.0.1");
  });

  it("audit --verify ends with 1 where the log was changed", async () => {
    expect(await run("audit", "--verify")).to.include({
      code: 0,
      out: `12 entries, each as it was written\nhead ${HEAD}\n`,
    });
    answers["GET /v1/audit/verification"] = {
      status: 200,
      body: { intact: false, entries: 6, broken: 7, head: HEAD },
    };
    const { code, out } = await run("audit", "--verify");
    expect(code).to.equal(1);
    expect(out).to.include("BROKEN: entry 7");
  });

  it("audit --head ends with 1 where the log does not have that head any more", async () => {
    const verification = { intact: false, entries: 12, head: HEAD, hasEarlierHead: false };
    answers["GET /v1/audit/verification"] = { status: 200, body: verification };
    const { code, out } = await run("audit", "--head", HEAD);
    expect(last()).to.equal(`GET /v1/audit/verification?head=${encodeURIComponent(HEAD)}`);
    expect(code).to.equal(1);
    expect(out).to.include("BROKEN: the log does not have that head any more");
  });

  it("cancel takes an operation back", async () => {
    expect((await run("cancel", "op_1")).out).to.match(/^Status +cancelled$/m);
  });

  it("webhooks are added, listed, looked into, sent again and removed", async () => {
    expect((await run("webhooks", "add", HOOK.url, "--type", "tenant.active")).out).to.match(
      /^Secret +whsec_1$/m,
    );
    expect(JSON.parse(api.requests().at(-1)?.body ?? "")).to.deep.equal({
      url: HOOK.url,
      types: ["tenant.active"],
    });
    expect((await run("webhooks", "list")).out).to.include("whk_1    https://crm.example.com/  all");
    expect((await run("webhooks", "deliveries", "whk_1", "--status", "dead")).out).to.include("expected 2xx");
    expect((await run("webhooks", "resend", "whk_1", "evt_1")).code).to.equal(0);
    expect((await run("webhooks", "remove", "whk_1")).out).to.equal("webhook whk_1 is removed\n");
    expect(last()).to.equal("DELETE /v1/webhooks/whk_1");
  });

  it("says what is wrong with a command", async () => {
    const { code, err } = await run("frobnicate");
    expect(code).to.equal(2);
    expect(err).to.include("unknown command 'frobnicate'");
  });

  const wrong: readonly [string[], string][] = [
    [["list", "--frob"], "unknown option '--frob'"],
    [["show"], "missing required argument 'tenant'"],
    [["list", "--phase", "asleep"], "option '--phase <phase>' argument 'asleep' is invalid."],
  ];
  for (const [args, message] of wrong) {
    it(`says in JSON what is wrong with: ${args.join(" ")}`, async () => {
      const { code, out, err } = await run(...args, "--json");
      expect([code, err]).to.deep.equal([2, ""]);
      const { message: said, ...rest } = z.record(z.string(), z.unknown()).parse(JSON.parse(out));
      expect(rest).to.deep.equal({ type: "error", code: 2, error: "CommanderError" });
      expect(said).to.include(message);
    });
  }

  it("helps with 0", async () => {
    const { code, out } = await run("onboard", "--help");
    expect(code).to.equal(0);
    expect(out).to.include("$ tenantry onboard acme.yaml");
  });
});
