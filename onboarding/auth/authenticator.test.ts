import { createSecretKey, generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { ProblemError } from "../lifecycle";
import { type Authenticator, createAuthenticator } from ".";
import { AUDIENCE, type TestIssuer, type TokenArgs, startIssuer } from "./testing/issuer";

describe("authenticator", () => {
  let issuer: TestIssuer;
  let authenticator: Authenticator;

  before(async () => {
    issuer = await startIssuer();
  });
  beforeEach(() => {
    authenticator = createAuthenticator({
      issuers: [{ issuer: issuer.url, audience: [AUDIENCE, "machine"] }],
    });
  });
  after(() => issuer.close());

  const identityOf = async (roles: readonly string[], args?: TokenArgs) =>
    authenticator.authenticate(`Bearer ${await issuer.token(roles, args)}`);

  async function problemOf(authorization: string | undefined): Promise<string> {
    try {
      await authenticator.authenticate(authorization);
    } catch (error) {
      if (error instanceof ProblemError) return `${error.problem.type}: ${error.problem.detail}`;
      throw error;
    }
    return "accepted";
  }

  it("tells who a good token speaks for", async () => {
    const { expiresAt, ...identity } = await identityOf(["admin", "tenant-admin"], {
      claims: { "custom:tenant_id": "acme" },
    });
    expect(identity).to.deep.equal({
      subject: "somebody",
      issuer: issuer.url,
      roles: ["admin", "tenant-admin"],
      tenantId: "acme",
    });
    expect(expiresAt.getTime()).to.be.within(Date.now() + 295_000, Date.now() + 301_000);
  });

  it("knows no roles but its own, letter by letter", async () => {
    const { roles } = await identityOf(["Admin", "admin ", "root", "superadmin", "tenantry/admin", "аdmin"]);
    expect(roles).to.deep.equal([]);
  });

  it("takes a tenant id only where it could be one", async () => {
    for (const tenantId of ["../acme", "ACME", "аcme", "kube-system", 7, ["acme"], { id: "acme" }]) {
      const identity = await identityOf(["tenant-admin"], { claims: { "custom:tenant_id": tenantId } });
      expect(identity.tenantId, JSON.stringify(tenantId)).to.equal(undefined);
    }
  });

  it("takes the client of a Cognito access token for its audience", async () => {
    const { roles } = await identityOf(["auditor"], { claims: { aud: undefined, client_id: AUDIENCE } });
    expect(roles).to.deep.equal(["auditor"]);
  });

  it("takes a machine client's scopes for roles", async () => {
    const { roles } = await identityOf([], {
      subject: "machine",
      claims: { aud: undefined, client_id: "machine", scope: "openid tenantry/operator other/admin" },
    });
    expect(roles).to.deep.equal(["operator"]);
  });

  it("does not take a person's scopes for roles", async () => {
    const { roles } = await identityOf(["auditor"], {
      claims: { client_id: AUDIENCE, scope: "tenantry/admin" },
    });
    expect(roles).to.deep.equal(["auditor"]);
  });

  it("reads other issuers' claims where it is told to", async () => {
    authenticator = createAuthenticator({
      issuers: [
        {
          issuer: issuer.url,
          audience: AUDIENCE,
          jwksUri: `${issuer.url}/jwks`,
          rolesClaim: "roles",
          tenantClaim: "tenant",
          rolePrefix: "tenantry:",
        },
      ],
    });
    const { roles, tenantId } = await identityOf(["admin"], {
      claims: { roles: ["tenantry:tenant-admin", "admin"], tenant: "acme" },
    });
    expect({ roles, tenantId }).to.deep.equal({ roles: ["tenant-admin"], tenantId: "acme" });
  });

  const unsigned = (header: object, claims: object): string =>
    `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
  // Asked for when it is needed: the file is read minutes before its tests run.
  const inFiveMinutes = () => Math.floor(Date.now() / 1000) + 300;
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

  const ATTACKS: readonly [string, () => Promise<string | undefined>, RegExp][] = [
    ["no header", () => Promise.resolve(undefined), /Authorization header is missing/],
    ["another scheme", () => Promise.resolve("Basic YWRtaW46YWRtaW4="), /no bearer token/],
    ["an empty token", () => Promise.resolve("Bearer "), /no bearer token/],
    ["no JWT", () => Promise.resolve("Bearer abc"), /no bearer token/],
    ["no JWT in the form of one", () => Promise.resolve("Bearer a.b.c"), /not a JWT/],
    ["two tokens", async () => `Bearer ${await issuer.token(["admin"])}, Bearer x`, /no bearer token/],
    [
      "alg none",
      () =>
        Promise.resolve(
          `Bearer ${unsigned({ alg: "none" }, { iss: issuer.url, sub: "x", aud: AUDIENCE, exp: inFiveMinutes(), "cognito:groups": ["admin"] })}`,
        ),
      /algorithm is not allowed/,
    ],
    [
      "the public key as an HMAC secret",
      async () =>
        `Bearer ${await issuer.token(["admin"], {
          algorithm: "HS256",
          key: createSecretKey(issuer.publicKey.export({ type: "spki", format: "pem" }).toString(), "utf8"),
        })}`,
      /algorithm is not allowed/,
    ],
    ["expired", async () => `Bearer ${await issuer.token(["admin"], { expiresIn: -6 })}`, /has expired/],
    [
      "without an end",
      async () => `Bearer ${await issuer.token(["admin"], { claims: { exp: undefined } })}`,
      /'exp'/,
    ],
    [
      "not yet good",
      async () => `Bearer ${await issuer.token(["admin"], { claims: { nbf: inFiveMinutes() } })}`,
      /'nbf'/,
    ],
    [
      "for another audience",
      async () => `Bearer ${await issuer.token(["admin"], { claims: { aud: "shop" } })}`,
      /another audience/,
    ],
    [
      "for nobody",
      async () => `Bearer ${await issuer.token(["admin"], { claims: { aud: undefined } })}`,
      /another audience/,
    ],
    [
      "for another audience, but with our client",
      async () => `Bearer ${await issuer.token(["admin"], { claims: { aud: "shop", client_id: AUDIENCE } })}`,
      /another audience/,
    ],
    [
      "of another issuer",
      async () => `Bearer ${await issuer.token(["admin"], { claims: { iss: "https://evil.example" } })}`,
      /issuer is not one/,
    ],
    [
      "signed by a stranger with our key's id",
      async () => `Bearer ${await issuer.token(["admin"], { key: stranger })}`,
      /signature or form/,
    ],
    [
      "with an unknown key",
      async () => `Bearer ${await issuer.token(["admin"], { key: stranger, keyId: "../../etc/passwd" })}`,
      /signature or form/,
    ],
    [
      "without a subject",
      async () => `Bearer ${await issuer.token(["admin"], { claims: { sub: undefined } })}`,
      /'sub'/,
    ],
    [
      "with a subject that breaks lines",
      async () => `Bearer ${await issuer.token(["admin"], { subject: "a\nb" })}`,
      /signature or form/,
    ],
    [
      "with other claims under its signature",
      async () => {
        const [header, , signature] = (await issuer.token(["auditor"])).split(".");
        const claims = {
          iss: issuer.url,
          sub: "x",
          aud: AUDIENCE,
          exp: inFiveMinutes(),
          "cognito:groups": ["admin"],
        };
        return `Bearer ${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
      },
      /signature or form/,
    ],
  ];

  for (const [name, authorization, detail] of ATTACKS) {
    it(`refuses a token: ${name}`, async () => {
      const problem = await problemOf(await authorization());
      expect(problem).to.match(/^unauthenticated: /);
      expect(problem).to.match(detail);
    });
  }

  it("allows a clock that is five seconds off", async () => {
    expect(await problemOf(`Bearer ${await issuer.token(["admin"], { expiresIn: -3 })}`)).to.equal(
      "accepted",
    );
  });

  it("says that it cannot tell while the issuer does not answer, and goes on when it does", async () => {
    const authorization = `Bearer ${await issuer.token(["admin"])}`;
    issuer.answers = false;
    expect(await problemOf(authorization)).to.match(/^unavailable: /);
    issuer.answers = true;
    expect(await problemOf(authorization)).to.equal("accepted");
    issuer.answers = false;
    expect(await problemOf(authorization), "with keys it knows").to.equal("accepted");
    issuer.answers = true;
  });
});
