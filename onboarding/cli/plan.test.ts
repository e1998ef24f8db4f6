import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type Answer, type FakeApi, SPEC, operation, startFakeApi } from "./testing/fake-api";
import { envOf, scratch, tenantry } from "./testing/terminal";

const PLAN = {
  status: 200,
  body: {
    operationId: "op_1",
    tenantId: "acme",
    plan: {
      create: [{ type: "aws:kms/key:Key", name: "acme" }],
      delete: [{ type: "aws:rds/instance:Instance", name: "acme" }],
      policies: [{ policy: "tags", level: "advisory", message: "say more" }],
      cost: { usdAMonth: 51.15, changeUsdAMonth: -2 },
    },
  },
};

describe("tenantry plan", () => {
  let api: FakeApi | undefined;
  const start = async (answers: Readonly<Record<string, Answer>>) => (api = await startFakeApi(answers));
  const run = (args: readonly string[]) => tenantry(args, { env: envOf(api?.url ?? "") });
  afterEach(async () => {
    await api?.close();
    api = undefined;
  });

  const specFile = (): string => {
    const file = path.join(scratch(), "acme.yaml");
    writeFileSync(file, JSON.stringify(SPEC));
    return file;
  };

  it("shows what an id's operation would do", async () => {
    const { asked } = await start({ "POST /v1/tenants/acme/offboard": PLAN });
    const { code, out } = await run(["plan", "acme", "--operation", "offboard"]);
    expect(code).to.equal(0);
    expect(out).to.equal(
      [
        "acme: plan",
        "acme: would be created: aws:kms/key:Key acme",
        "acme: would be DELETED: aws:rds/instance:Instance acme",
        "acme: advice of tags: say more",
        "acme: cost: 51.15 USD a month (-2.00)",
        "",
      ].join("\n"),
    );
    expect(asked()).to.deep.equal(["POST /v1/tenants/acme/offboard?dryRun=true"]);
  });

  it("plans the onboarding of a file whose tenant is not there", async () => {
    const { asked } = await start({ "POST /v1/tenants": PLAN });
    expect((await run(["plan", specFile()])).code).to.equal(0);
    expect(asked()).to.deep.equal(["GET /v1/tenants/acme", "POST /v1/tenants?dryRun=true"]);
  });

  it("waits for a plan that takes long", async () => {
    const planned = operation({ kind: "plan", result: PLAN.body.plan, input: { planned: "repair" } });
    await start({
      "POST /v1/tenants/acme/repair": { status: 202, body: operation({ status: "queued" }) },
      "GET /v1/operations/op_1/stream": { lines: [["end", {}]] },
      "GET /v1/operations/op_1": { status: 200, body: planned },
    });
    expect((await run(["plan", "acme"])).out).to.include("acme: would be created: aws:kms/key:Key acme\n");
  });

  const planned: readonly [string[], string, object][] = [
    [
      ["restore", "--time", "2026-01-02T03:04:05Z"],
      "restore",
      { restore: { time: "2026-01-02T03:04:05.000Z" } },
    ],
    [["restore", "--snapshot", "acme-1"], "restore", { restore: { snapshot: "acme-1" } }],
    [
      ["offboard", "--retention-days", "7", "--reason", "left"],
      "offboard",
      { retentionDays: 7, reason: "left" },
    ],
    [["purge", "--force"], "purge", { force: true }],
  ];
  for (const [args, verb, body] of planned) {
    it(`plans ${args.join(" ")} as it would be done`, async () => {
      const { asked, requests } = await start({ [`POST /v1/tenants/acme/${verb}`]: PLAN });
      expect((await run(["plan", "acme", "--operation", ...args])).code).to.equal(0);
      expect(asked()).to.deep.equal([`POST /v1/tenants/acme/${verb}?dryRun=true`]);
      expect(JSON.parse(requests()[0]?.body ?? "")).to.deep.equal(body);
    });
  }

  it("plans nothing where an option is another operation's", async () => {
    const { asked } = await start({});
    expect((await run(["plan", "acme", "--snapshot", "s"])).err).to.equal(
      "error: --snapshot was given for a plan of repair: expected a tenant's id and --operation restore\n",
    );
    expect((await run(["plan", specFile(), "--reason", "r"])).err).to.equal(
      "error: --reason was given for a plan of files: expected a tenant's id and --operation suspend or offboard or purge\n",
    );
    expect(asked()).to.deep.equal([]);
  });
});
