import { type KeyObject, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { type JWK, type JWTPayload, SignJWT, exportJWK } from "jose";

/** Whom the issuer's tokens are for unless a test says otherwise. */
export const AUDIENCE = "tenantry-console";

/** What a test changes of a token that would otherwise be good. */
export interface TokenArgs {
  readonly subject?: string;
  /** Claims besides `iss`, `sub`, `aud`, `exp` and `iat`; undefined takes one of those away. */
  readonly claims?: JWTPayload;
  /** Seconds until it ends. Default 300. */
  readonly expiresIn?: number;
  readonly key?: KeyObject;
  readonly algorithm?: string;
  readonly keyId?: string;
}

/** An OIDC issuer on this machine, with a real key and real signatures. */
export interface TestIssuer {
  readonly url: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Makes a token for someone with roles. */
  token(roles: readonly string[], args?: TokenArgs): Promise<string>;
  /** Whether it answers; false makes it answer 500 to everything. */
  answers: boolean;
  /** The keys it tells of. */
  readonly keys: JWK[];
  /** How often it was asked for them. */
  asked: number;
  close(): Promise<void>;
}

/** Starts an issuer. */
export async function startIssuer(): Promise<TestIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys: JWK[] = [{ ...(await exportJWK(publicKey)), kid: "one", use: "sig" }];
  const documents = new Map<string | undefined, object>([["/jwks", { keys }]]);
  const server = createServer((request, response) => {
    if (request.url === "/jwks") issuer.asked += 1;
    const found = issuer.answers ? documents.get(request.url) : undefined;
    response.writeHead(found === undefined ? 500 : 200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the issuer has no address");
  const url = `http://127.0.0.1:${address.port}`;
  documents.set("/.well-known/openid-configuration", { issuer: url, jwks_uri: `${url}/jwks` });
  const issuer: TestIssuer = {
    url,
    privateKey,
    publicKey,
    answers: true,
    keys,
    asked: 0,
    token: (roles, { subject = "somebody", claims, expiresIn = 300, key, algorithm, keyId } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: url,
        sub: subject,
        aud: AUDIENCE,
        iat: now,
        exp: now + expiresIn,
        "cognito:groups": [...roles],
        ...claims,
      })
        .setProtectedHeader({ alg: algorithm ?? "RS256", kid: keyId ?? "one" })
        .sign(key ?? privateKey);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
}
