import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { z } from "zod";
import { AUDIENCE } from "../../onboarding/auth/testing/issuer";
import { ApiServiceWorld } from "./api-service-world";

const auditSchema = z.object({ items: z.array(z.object({ address: z.string() })) });

const headSchema = z.object({ head: z.string().regex(/^[1-9]\d*:[0-9a-f]{64}$/) });

const operationSchema = z.object({ id: z.string() });

describe("the API as production starts it", function () {
  this.timeout(60_000);
  const world = new ApiServiceWorld();

  before(async () => {
    await world.begin();
    await world.addCell();
  });
  afterEach(() => world.stop());
  after(() => world.end());

  for (const [id, peer, trusted, address] of [
    ["one", "a trusted proxy", "10.0.0.0/8, 127.0.0.0/8", "198.51.100.7"],
    ["two", "anybody else", "10.0.0.0/8", "127.0.0.1"],
    ["three", "anybody where none is trusted", "", "127.0.0.1"],
  ] as const) {
    it(`writes ${address} into the audit log for what ${peer} forwards`, async () => {
      await world.start({ TENANTRY_TRUSTED_PROXIES: trusted });
      const headers = { "X-Forwarded-For": "6.6.6.6, 198.51.100.7" };
      expect((await world.onboard(id, headers)).status).to.equal(202);
      const entries = auditSchema.parse(await (await world.send("GET /v1/audit?limit=1")).json());
      expect(entries.items).to.deep.equal([{ address }]);
    });
  }

  it("tells readiness and metrics on a port of their own, of a real registry", async () => {
    const { url, operatorUrl } = await world.start();
    const readiness = await fetch(`${operatorUrl}/readyz`);
    expect([readiness.status, await readiness.json()]).to.deep.equal([
      200,
      {
        status: "ok",
        checks: ["database", "engine", "cell"].map((name) => ({ name, ok: true })),
      },
    ]);
    await world.onboard("metered");
    const lines = (await (await fetch(`${operatorUrl}/metrics`)).text()).split("\n");
    expect(lines)
      .to.include('tenantry_operations_open{status="running"} 0')
      .and.include('tenantry_cell_capacity{cell="eu-1"} 40')
      .and.include("tenantry_registry_up 1");
    expect(lines.find((line) => line.startsWith('tenantry_operations_open{status="queued"}'))).to.match(
      / [1-9]$/,
    );
    expect(lines.find((line) => line.startsWith("tenantry_cell_tenants"))).to.match(/ [1-9]$/);
    expect((await fetch(`${url}/metrics`)).status).to.equal(404);
  });

  it("deletes what is old as soon as it is started", async () => {
    await world.start();
    while (!world.log.some((line) => line.includes("what was old is deleted"))) await sleep(20);
  });

  it("logs the audit log's head, which a verification finds again", async () => {
    await world.start();
    await world.onboard("headed");
    await world.stop();
    const before = world.log.length;
    await world.start();
    const told = () => world.log.slice(before).find((line) => line.includes("the audit log's head"));
    while (told() === undefined) await sleep(20);
    const { head } = headSchema.parse(JSON.parse(told() ?? ""));
    expect(await (await world.send(`GET /v1/audit/verification?head=${head}`)).json()).to.include({
      intact: true,
      head,
      hasEarlierHead: true,
    });
  });

  it("says that PostgreSQL is gone, and goes on when it is back, with all that it had accepted", async () => {
    const { operatorUrl } = await world.start();
    const operation = operationSchema.parse(await (await world.onboard("kept")).json()).id;
    await world.stopPostgres();
    const gone = await world.send("GET /v1/tenants");
    expect([gone.status, gone.headers.get("Retry-After")]).to.deep.equal([503, "5"]);
    expect(await gone.json()).to.include({ type: "https://tenantry.dev/problems/unavailable" });
    expect((await world.onboard("lost")).status).to.equal(503);
    expect((await world.send("GET /healthz")).status).to.equal(200);
    expect((await fetch(`${operatorUrl}/readyz`)).status).to.equal(503);
    await world.startPostgres();
    expect((await world.send(`GET /v1/operations/${operation}`)).status).to.equal(200);
    expect((await world.send("GET /v1/tenants/lost")).status).to.equal(404);
    expect((await world.onboard("lost")).status).to.equal(202);
  });

  it("does not wait for a PostgreSQL that says nothing any more", async () => {
    const { operatorUrl } = await world.start({}, 500);
    // every connection of the pool has been used, and waits to be used again
    await Promise.all(Array.from({ length: 20 }, () => world.send("GET /v1/tenants")));
    world.wire.cut();
    const begun = Date.now();
    const answers = await Promise.all(
      ["GET /v1/tenants", "GET /v1/tenants/kept", "DELETE /v1/webhooks/wh_none"].map((request) =>
        world.send(request),
      ),
    );
    expect(answers.map(({ status }) => status)).to.deep.equal([503, 503, 503]);
    expect(Date.now() - begun).to.be.below(6_000);
    expect((await world.send("GET /healthz")).status).to.equal(200);
    expect((await fetch(`${operatorUrl}/readyz`)).status).to.equal(503);
    world.wire.mend();
    // what was cut stays so: a connection that was silent is not used again
    for (let time = 0; time < 12; time += 1) await world.send("GET /v1/tenants");
    const after = await Promise.all(Array.from({ length: 5 }, () => world.send("GET /v1/tenants")));
    expect(after.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
  });

  it("takes tokens for each of its audiences, and for no other", async () => {
    await world.start({ TENANTRY_AUDIENCE: `console, ${AUDIENCE},machine` });
    const statusFor = async (client: string) => {
      const claims = { aud: undefined, client_id: client };
      const token = await world.issuer.token(["auditor"], { claims });
      return (await world.send("GET /v1/tenants", { headers: { Authorization: `Bearer ${token}` } })).status;
    };
    expect(await Promise.all(["console", "machine", "stranger"].map(statusFor))).to.deep.equal([
      200, 200, 401,
    ]);
  });
});
