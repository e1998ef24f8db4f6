import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type Client, readClients } from "./clients";
import type { SigningKey } from "./signing-key";
import { TOKEN_SECONDS, claimsOf, scopesOf } from "./tokens";
import { type TokenRequest, TokenRequestError, parseTokenRequest } from "./token-request";

/** What an issuer's endpoints need. */
export interface IssuerAppOptions {
  /** Where its clients are. */
  readonly directory: string;
  /** Its URL: the `iss` of its tokens. */
  readonly url: string;
  readonly key: SigningKey;
}

/** No token request is longer, in bytes. */
const MAX_BODY_BYTES = 16 * 1024;

/** The issuer's endpoints: discovery, keys, and tokens for clients (RFC 6749, section 4.4). */
export function createIssuerApp({ directory, url, key }: IssuerAppOptions): Hono {
  const app = new Hono();
  app.get("/.well-known/openid-configuration", (context) =>
    context.json({
      issuer: url,
      jwks_uri: `${url}/jwks.json`,
      token_endpoint: `${url}/token`,
      grant_types_supported: ["client_credentials"],
      response_types_supported: ["token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    }),
  );
  app.get("/jwks.json", (context) => context.json({ keys: [key.publicJwk] }));
  app.post("/token", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    context.header("Cache-Control", "no-store");
    const request = parseTokenRequest(await context.req.text(), context.req.header("authorization"));
    const client = authenticate(readClients(directory), request);
    const scope = grantedScope(client, request);
    return context.json({
      access_token: await key.sign(claimsOf(client, url, scope)),
      token_type: "Bearer",
      expires_in: TOKEN_SECONDS,
      ...(scope === undefined ? {} : { scope }),
    });
  });
  app.onError((error, context) => {
    context.header("Cache-Control", "no-store");
    if (!(error instanceof TokenRequestError)) return context.json({ error: "server_error" }, 500);
    const answer = { error: error.code, error_description: error.message };
    if (error.code !== "invalid_client") return context.json(answer, 400);
    context.header("WWW-Authenticate", 'Basic realm="tenantry"');
    return context.json(answer, 401);
  });
  return app;
}

function authenticate(clients: readonly Client[], { clientId, clientSecret }: TokenRequest): Client {
  const client = clients.find(({ id }) => id === clientId);
  const right = isEqual(client?.secret ?? "", clientSecret);
  if (client === undefined || !right) {
    throw new TokenRequestError("invalid_client", "client_id or client_secret is wrong");
  }
  return client;
}

/** Compares in constant time; an empty secret is never right. */
function isEqual(secret: string, given: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(secret), digest(given)) && secret !== "";
}

function grantedScope(client: Client, { scopes }: TokenRequest): string | undefined {
  const allowed = scopesOf(client);
  const refused = scopes.filter((scope) => !allowed.includes(scope));
  if (refused.length > 0) {
    throw new TokenRequestError(
      "invalid_scope",
      `scope is '${scopes.join(" ")}': expected some of ${allowed.join(", ")} for client '${client.id}'`,
    );
  }
  return scopes.length === 0 ? undefined : scopes.join(" ");
}
