import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { z } from "zod";
import { type RunningIssuer, ensureClient, mintToken, readClients, startIssuer } from ".";

const tokenSchema = z.object({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.literal(3600),
  scope: z.string().optional(),
});
const errorSchema = z.object({ error: z.string(), error_description: z.string() });

describe("the local issuer", () => {
  let directory: string;
  let issuer: RunningIssuer;

  beforeEach(async () => {
    directory = path.join(mkdtempSync(path.join(tmpdir(), "issuer-")), "issuer");
    issuer = await startIssuer({ directory });
  });
  afterEach(async () => {
    await issuer.close();
    rmSync(path.dirname(directory), { recursive: true });
  });

  const secretOf = (id: string) => readClients(directory).find((client) => client.id === id)?.secret ?? "";
  const ask = (form: Record<string, string>, authorization?: string) =>
    fetch(`${issuer.url}/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "client_credentials", ...form }),
      headers: authorization === undefined ? {} : { authorization },
    });
  const tokenOf = async (answer: Response) => tokenSchema.parse(await answer.json()).access_token;
  const verified = async (token: string) => {
    const keys = createRemoteJWKSet(new URL(`${issuer.url}/jwks.json`));
    return (await jwtVerify(token, keys, { issuer: issuer.url, audience: "tenantry" })).payload;
  };

  it("tells where its keys and its tokens are", async () => {
    const document: unknown = await (await fetch(`${issuer.url}/.well-known/openid-configuration`)).json();
    expect(document).to.include({
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/jwks.json`,
      token_endpoint: `${issuer.url}/token`,
    });
  });

  it("shows nothing of its private key", async () => {
    const { keys } = z
      .object({ keys: z.array(z.record(z.string(), z.string())) })
      .parse(await (await fetch(`${issuer.url}/jwks.json`)).json());
    expect(keys.map((key) => Object.keys(key).sort())).to.deep.equal([
      ["alg", "crv", "kid", "kty", "use", "x", "y"],
    ]);
  });

  it("gives a client a token with its roles, good for an hour", async () => {
    const answer = await ask({ client_id: "operator", client_secret: secretOf("operator") });
    expect(answer.headers.get("cache-control")).to.equal("no-store");
    const claims = await verified(await tokenOf(answer));
    expect(claims).to.deep.include({
      client_id: "operator",
      sub: "operator",
      "cognito:groups": ["operator"],
    });
    expect(claims).not.to.have.any.keys("custom:tenant_id", "scope");
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).to.equal(3600);
  });

  it("gives each token an id of its own", async () => {
    const form = { client_id: "admin", client_secret: secretOf("admin") };
    const [one, other] = await Promise.all([tokenOf(await ask(form)), tokenOf(await ask(form))]);
    expect((await verified(one)).jti).not.to.equal((await verified(other)).jti);
  });

  it("takes id and secret in the header, too", async () => {
    const basic = `Basic ${Buffer.from(`admin:${secretOf("admin")}`).toString("base64")}`;
    expect((await verified(await tokenOf(await ask({}, basic)))).sub).to.equal("admin");
  });

  it("knows a tenant's administrator that was made while it runs", async () => {
    const { secret } = await ensureClient(directory, "tenant-admin-acme");
    const claims = await verified(
      await tokenOf(await ask({ client_id: "tenant-admin-acme", client_secret: secret })),
    );
    expect(claims).to.deep.include({ "cognito:groups": ["tenant-admin"], "custom:tenant_id": "acme" });
  });

  it("grants a scope that is one of the client's own roles", async () => {
    const form = { client_id: "admin", client_secret: secretOf("admin"), scope: "tenantry/admin" };
    expect((await verified(await tokenOf(await ask(form)))).scope).to.equal("tenantry/admin");
  });

  const wrong: readonly [string, () => [Record<string, string>, string?], number, string][] = [
    ["a wrong secret", () => [{ client_id: "admin", client_secret: "wrong" }], 401, "invalid_client"],
    ["no secret", () => [{ client_id: "admin" }], 401, "invalid_client"],
    ["an empty secret", () => [{ client_id: "nobody", client_secret: "" }], 401, "invalid_client"],
    [
      "another's secret",
      () => [{ client_id: "admin", client_secret: secretOf("auditor") }],
      401,
      "invalid_client",
    ],
    [
      "a client that is not there",
      () => [{ client_id: "__proto__", client_secret: "x" }],
      401,
      "invalid_client",
    ],
    ["a header without a colon", () => [{}, "Basic YWRtaW4="], 401, "invalid_client"],
    ["a bearer token", () => [{}, "Bearer abc"], 401, "invalid_client"],
    [
      "a scope of another role",
      () => [{ client_id: "auditor", client_secret: secretOf("auditor"), scope: "tenantry/admin" }],
      400,
      "invalid_scope",
    ],
    ["another grant", () => [{ grant_type: "password" }], 400, "unsupported_grant_type"],
    ["no grant", () => [{ grant_type: "" }], 400, "invalid_request"],
    [
      "a secret in both places",
      () => [{ client_id: "a", client_secret: "b" }, "Basic YTpi"],
      400,
      "invalid_request",
    ],
  ];
  for (const [what, request, status, code] of wrong) {
    it(`refuses ${what}`, async () => {
      const answer = await ask(...request());
      expect(answer.status).to.equal(status);
      expect(errorSchema.parse(await answer.json()).error).to.equal(code);
    });
  }

  it("keeps port, key and clients over a restart", async () => {
    const token = await tokenOf(await ask({ client_id: "admin", client_secret: secretOf("admin") }));
    const before = { port: issuer.port, secret: secretOf("admin") };
    await issuer.close();
    issuer = await startIssuer({ directory });
    expect({ port: issuer.port, secret: secretOf("admin") }).to.deep.equal(before);
    expect((await verified(token)).sub).to.equal("admin");
  });

  it("says that its port is taken", async () => {
    const failure = await startIssuer({ directory }).catch((error: unknown) => String(error));
    expect(failure).to.include(`The issuer's port ${issuer.port} is taken`);
  });

  it("keeps its secrets from everybody else", () => {
    expect(statSync(directory).mode & 0o777).to.equal(0o700);
    const modes = readdirSync(directory).map((file) => [
      file,
      statSync(path.join(directory, file)).mode & 0o777,
    ]);
    expect(modes).to.deep.equal([
      ["clients.json", 0o600],
      ["issuer.json", 0o600],
      ["key.json", 0o600],
    ]);
  });

  it("makes one client where several are asked for at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 4 }, () => ensureClient(directory, "tenant-admin-acme")),
    );
    expect(new Set(made.map(({ secret }) => secret)).size).to.equal(1);
  });

  it("has no client of another kind", async () => {
    const failure = await ensureClient(directory, "root").catch((error: unknown) => String(error));
    expect(failure).to.include(
      "client id is 'root': expected admin, operator, auditor or tenant-admin-<tenant>",
    );
  });

  it("mints what a test asks for", async () => {
    const token = await mintToken(directory, {
      client: "auditor",
      claims: { aud: "tenantry", extra: 1, jti: undefined },
    });
    const claims = await verified(token);
    expect(claims).to.deep.include({ sub: "auditor", extra: 1, "cognito:groups": ["auditor"] });
    expect(claims).not.to.have.property("jti");
  });

  it("mints a token that is over", async () => {
    const failure = await verified(await mintToken(directory, { expiresInSeconds: -60 })).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.property("code", "ERR_JWT_EXPIRED");
  });
});
