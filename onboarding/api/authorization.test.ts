import { expect } from "chai";
import { PERMISSIONS, ROLES, type Reach, type Role } from "../auth";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { type DocumentedEndpoint, endpointsOf } from "./testing/document";
import { FakeService, specOf } from "./testing/fakes";

/** Bodies of the endpoints that cannot do without. */
const BODIES: Readonly<Record<string, unknown>> = {
  createTenant: specOf("initech"),
  updateTenant: { size: "medium" },
  createWebhook: { url: "https://hooks.example.com/" },
};

/** Whether a path is about one tenant. */
const OF_A_TENANT = /^\/v1\/(?:tenants|operations)\/\{id\}/;

describe("authorization matrix", () => {
  let issuer: TestIssuer;
  const endpoints: DocumentedEndpoint[] = [];

  before(async () => {
    issuer = await startIssuer();
    const document: unknown = await (await new FakeService().api(issuer.url).request("/openapi.json")).json();
    endpoints.push(...endpointsOf(document).filter(({ path }) => path.startsWith("/v1/")));
  });
  after(() => issuer.close());

  function ask(
    service: FakeService,
    { method, path, operationId }: DocumentedEndpoint,
    tenant: string,
    token?: string,
  ) {
    const id = path.startsWith("/v1/tenants")
      ? tenant
      : path.startsWith("/v1/operations")
        ? `op_${tenant}`
        : "wh_1";
    const body = BODIES[operationId];
    return service.api(issuer.url).request(path.replace("{id}", id).replace("{eventId}", "evt_1"), {
      method,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        "If-Match": "*",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** What the table says an answer is to be. */
  function expected(reach: Reach, path: string, tenant: string): "2xx" | 403 | 404 {
    if (reach === "none") return 403;
    return reach === "own-tenant" && OF_A_TENANT.test(path) && tenant !== "acme" ? 404 : "2xx";
  }

  it("has every endpoint under /v1 name its permission", () => {
    expect(endpoints).to.have.length(29);
    expect(endpoints.filter(({ permission }) => permission === undefined)).to.deep.equal([]);
    expect(new Set(endpoints.map(({ permission }) => permission))).to.deep.equal(
      new Set(Object.keys(PERMISSIONS).filter((name) => name !== "tenants.plan")),
    );
  });

  for (const role of ROLES) {
    for (const tenant of ["acme", "globex"]) {
      it(`gives the table's answer everywhere: ${role} of acme, about ${tenant}`, async () => {
        const token = await issuer.token([role], { claims: { "custom:tenant_id": "acme" } });
        const unexpected: string[] = [];
        for (const endpoint of endpoints) {
          const { method, path, permission } = endpoint;
          if (permission === undefined) continue;
          const service = new FakeService();
          const { status } = await ask(service, endpoint, tenant, token);
          const got = status >= 200 && status < 300 ? "2xx" : status;
          const wanted = expected(PERMISSIONS[permission][role], path, tenant);
          if (got !== wanted) unexpected.push(`${method} ${path}: ${status}, expected ${wanted}`);
          if (wanted !== "2xx" && service.started.length > 0)
            unexpected.push(`${method} ${path}: began something`);
        }
        expect(unexpected).to.deep.equal([]);
      });
    }
  }

  it("answers nobody without a token, and nobody without a role", async () => {
    const unexpected: string[] = [];
    const roleless = await issuer.token(["admins", "ADMIN"]);
    for (const endpoint of endpoints) {
      const without = await ask(new FakeService(), endpoint, "acme");
      const powerless = await ask(new FakeService(), endpoint, "acme", roleless);
      if (without.status !== 401 || powerless.status !== 403) {
        unexpected.push(`${endpoint.operationId}: ${without.status} ${powerless.status}`);
      }
    }
    expect(unexpected).to.deep.equal([]);
  });

  it("shows a tenant-admin only its own in lists, whatever it filters by", async () => {
    const token = await issuer.token(["tenant-admin"], { claims: { "custom:tenant_id": "acme" } });
    const read = async (path: string): Promise<string> =>
      (
        await new FakeService()
          .api(issuer.url)
          .request(path, { headers: { Authorization: `Bearer ${token}` } })
      ).text();
    expect(await read("/v1/tenants"))
      .to.include('"id":"acme"')
      .and.not.include("globex");
    expect(await read("/v1/operations"))
      .to.include('"tenantId":"acme"')
      .and.not.include("globex");
    expect(await read("/v1/operations?tenantId=globex")).to.equal('{"items":[]}');
  });

  it("tells a tenant-admin of a neighbour what it tells of nobody", async () => {
    const token = await issuer.token(["tenant-admin"], { claims: { "custom:tenant_id": "acme" } });
    const details = async (path: string, id: string): Promise<string> => {
      const response = await new FakeService().api(issuer.url).request(path.replace("{id}", id), {
        headers: { Authorization: `Bearer ${token}`, "X-Request-Id": "r" },
      });
      return `${response.status} ${(await response.text()).replaceAll(id, "{id}")}`;
    };
    for (const path of endpoints.filter(({ method }) => method === "GET").map(({ path }) => path)) {
      if (path.startsWith("/v1/tenants/{id}")) {
        expect(await details(path, "globex")).to.equal(await details(path, "nobody"));
      } else if (path.startsWith("/v1/operations/{id}")) {
        expect(await details(path, "op_globex")).to.equal(await details(path, "op_nobody"));
      }
    }
  });

  it("lets a tenant-admin rotate, and not plan", async () => {
    const token = await issuer.token(["tenant-admin"], { claims: { "custom:tenant_id": "acme" } });
    const service = new FakeService();
    const rotate = (query: string) =>
      service.api(issuer.url).request(`/v1/tenants/acme/rotate${query}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
      });
    expect((await rotate("?dryRun=true")).status).to.equal(403);
    expect(service.started).to.deep.equal([]);
    expect((await rotate("")).status).to.equal(202);
  });

  it("gives a tenant-admin nothing where its token names no tenant", async () => {
    const token = await issuer.token(["tenant-admin"]);
    const reachOf = (role: Role, endpoint: DocumentedEndpoint): Reach =>
      endpoint.permission === undefined ? "none" : PERMISSIONS[endpoint.permission][role];
    for (const endpoint of endpoints.filter((each) => reachOf("tenant-admin", each) === "own-tenant")) {
      const { status } = await ask(new FakeService(), endpoint, "acme", token);
      expect(status, endpoint.operationId).to.equal(403);
    }
  });
});
