import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AuthorizeError, AuthorizePageError, answerUrl, parseAuthorizeRequest } from "./authorize-request";
import { type Client, readClients } from "./clients";
import { Codes } from "./codes";
import { loginPage } from "./login-page";
import { personOf } from "./people";
import type { SigningKey } from "./signing-key";
import { TOKEN_SECONDS, accessClaimsOf, claimsOf, idClaimsOf, refreshClaimsOf, scopesOf } from "./tokens";
import {
  type ProgramRequest,
  type TokenRequest,
  TokenRequestError,
  parseTokenRequest,
} from "./token-request";

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

/** The issuer's endpoints: discovery, keys, a page where people log in, and tokens for them and for programs (RFC 6749). */
export function createIssuerApp({ directory, url, key }: IssuerAppOptions): Hono {
  const app = new Hono();
  const codes = new Codes();

  const tokensFor = async (request: TokenRequest): Promise<Readonly<Record<string, string>>> => {
    switch (request.grant) {
      case "client_credentials": {
        const client = authenticate(readClients(directory), request);
        const scope = grantedScope(client, request);
        return {
          access_token: await key.sign(claimsOf(client, url, scope)),
          ...(scope === undefined ? {} : { scope }),
        };
      }
      case "authorization_code": {
        const grant = codes.redeem(request.code, request.redirectUri, request.verifier);
        return {
          access_token: await key.sign(accessClaimsOf(grant.person, url)),
          id_token: await key.sign(idClaimsOf(grant.person, url, grant.request.nonce)),
          refresh_token: await key.sign(refreshClaimsOf(grant.person, url)),
        };
      }
      case "refresh_token": {
        const { sub = "" } = await key.verify(request.refreshToken, url).catch(() => ({ sub: "" }));
        const person = personOf(sub);
        if (person === undefined) throw new TokenRequestError("invalid_grant", "refresh_token is not good");
        return { access_token: await key.sign(accessClaimsOf(person, url)) };
      }
    }
  };
  app.get("/.well-known/openid-configuration", (context) =>
    context.json({
      issuer: url,
      jwks_uri: `${url}/jwks.json`,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      grant_types_supported: ["client_credentials", "authorization_code", "refresh_token"],
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
      scopes_supported: ["openid", "email"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    }),
  );
  app.get("/jwks.json", (context) => context.json({ keys: [key.publicJwk] }));
  app.get("/authorize", (context) => {
    const { searchParams } = new URL(context.req.url);
    parseAuthorizeRequest(searchParams);
    return context.html(loginPage(searchParams.toString()));
  });
  app.post("/authorize", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    const request = parseAuthorizeRequest(new URL(context.req.url).searchParams);
    const person = personOf(new URLSearchParams(await context.req.text()).get("person") ?? "");
    if (person === undefined) throw new AuthorizeError("access_denied", "nobody wanted to log in", request);
    return context.redirect(answerUrl(request, { code: codes.give({ request, person }), iss: url }));
  });
  app.post("/token", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (context) => {
    context.header("Cache-Control", "no-store");
    const request = parseTokenRequest(await context.req.text(), context.req.header("authorization"));
    const answer = await tokensFor(request);
    return context.json({ ...answer, token_type: "Bearer", expires_in: TOKEN_SECONDS });
  });
  app.onError((error, context) => {
    context.header("Cache-Control", "no-store");
    if (error instanceof AuthorizePageError) return context.text(`${error.message}\n`, 400);
    if (error instanceof AuthorizeError) {
      const { code, message, request } = error;
      return context.redirect(answerUrl(request, { error: code, error_description: message, iss: url }));
    }
    if (!(error instanceof TokenRequestError)) return context.json({ error: "server_error" }, 500);
    const answer = { error: error.code, error_description: error.message };
    if (error.code !== "invalid_client") return context.json(answer, 400);
    context.header("WWW-Authenticate", 'Basic realm="tenantry"');
    return context.json(answer, 401);
  });
  return app;
}

function authenticate(clients: readonly Client[], { clientId, clientSecret }: ProgramRequest): Client {
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

function grantedScope(client: Client, { scopes }: ProgramRequest): string | undefined {
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
