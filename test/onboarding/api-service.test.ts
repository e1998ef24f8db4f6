import { expect } from "chai";
import { z } from "zod";
import { AUDIENCE } from "../../onboarding/auth/testing/issuer";
import { ApiServiceWorld } from "./api-service-world";

const auditSchema = z.object({ items: z.array(z.object({ address: z.string() })) });

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
