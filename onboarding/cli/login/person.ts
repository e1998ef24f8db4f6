import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type JWTPayload, createRemoteJWKSet, jwtVerify } from "jose";
import { z } from "zod";
import { type IssuerDocument, LoginError, type Tokens, askTokens, discover } from "../../client";
import { listenForRedirect } from "./redirect";

/** How a person logs in. */
export interface PersonLogin {
  /** The OIDC issuer's URL. */
  readonly issuer: string;
  /** A public client of it: one without a secret. */
  readonly clientId: string;
  /** Port of this machine that the issuer's answer comes to; 0 for any that is free. */
  readonly redirectPort: number;
  /** Shows the person the page to log in at. */
  readonly show: (url: string) => Promise<void>;
  /** Gives it up. */
  readonly signal: AbortSignal;
}

/** A person who has logged in. */
export interface LoggedIn {
  /** Their name, as well as the issuer tells it. */
  readonly name: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** How long a person may take, milliseconds. */
const PATIENCE_MS = 5 * 60_000;

/** Claims that name a person, the best first. */
const NAMES = ["email", "preferred_username", "cognito:username", "sub"];

/**
 * Logs a person in by authorization code with PKCE (RFC 7636), in their own browser, at a page of the issuer's.
 *
 * @throws LoginError where the issuer refuses or is none for people, UsageError where the port is taken
 */
export async function logIn(login: PersonLogin): Promise<LoggedIn> {
  const { issuer, clientId, redirectPort, show, signal } = login;
  const document = forPeople(await discover(login), issuer);
  const [state, nonce, verifier] = [secret(), secret(), secret()];
  const redirect = await listenForRedirect({ port: redirectPort, state, issuer: document.issuer });
  try {
    const url = new URL(document.authorization_endpoint);
    const question = {
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirect.uri,
      scope: scopesOf(document),
      state,
      nonce,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(question)) url.searchParams.set(name, value);
    await show(url.href);
    const code = await Promise.race([redirect.code, tooLate(signal)]);
    const tokens = await askTokens(login, document.token_endpoint, {
      grant_type: "authorization_code",
      code,
      redirect_uri: redirect.uri,
      client_id: clientId,
      code_verifier: verifier,
    });
    return {
      name: nameIn(await verified(tokens, document, clientId, nonce)),
      accessToken: tokens.access_token,
      refreshToken: refreshIn(tokens),
    };
  } finally {
    redirect.close();
  }
}

/** 256 bits that nobody guesses: 43 characters, as PKCE wants at least. */
function secret(): string {
  return randomBytes(32).toString("base64url");
}

const peopleSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  jwks_uri: z.string(),
});

type IssuerForPeople = IssuerDocument & z.output<typeof peopleSchema>;

function forPeople(document: IssuerDocument, issuer: string): IssuerForPeople {
  const parsed = peopleSchema.safeParse(document);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new LoginError(`the issuer at ${issuer} lets no people log in: expected its ${field}`);
  }
  if (parsed.data.issuer.replace(/\/$/, "") !== issuer.replace(/\/$/, "")) {
    throw new LoginError(
      `the issuer at ${issuer} calls itself '${parsed.data.issuer}': expected the same (OpenID Connect Discovery 1.0, section 4.3)`,
    );
  }
  return { ...document, ...parsed.data };
}

/** Some issuers give no refresh token but for a scope; Cognito, for one, refuses what it does not know. */
function scopesOf({ scopes_supported: supported }: IssuerDocument): string {
  return ["openid", ...["email", "offline_access"].filter((scope) => supported.includes(scope))].join(" ");
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await sleep(PATIENCE_MS, undefined, { signal, ref: false });
  throw new LoginError("nobody logged in for five minutes: expected somebody at the page");
}

async function verified(
  { id_token: token }: Tokens,
  { issuer, jwks_uri: keys }: IssuerForPeople,
  clientId: string,
  nonce: string,
): Promise<JWTPayload> {
  if (token === undefined) throw new LoginError("the issuer's answer has no id_token: expected one");
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys)), {
    issuer,
    audience: clientId,
    requiredClaims: ["sub", "exp"],
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new LoginError(`the issuer's id_token is not good: ${why}`, { cause: error });
  });
  if (payload["nonce"] !== nonce) {
    throw new LoginError("the issuer's id_token is of another login: expected the nonce of this one");
  }
  return payload;
}

function refreshIn({ refresh_token: token }: Tokens): string {
  if (token !== undefined) return token;
  throw new LoginError(
    "the issuer gives no refresh token: expected one; allow the client the grant refresh_token",
  );
}

function nameIn(claims: JWTPayload): string {
  const names = NAMES.map((name) => claims[name]).filter((name) => typeof name === "string");
  return names[0] ?? "";
}
