import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { type Client, ensureClient } from "./clients";
import { readAddress } from "./address";
import { PEOPLE_CLIENT, type Person } from "./people";
import { ensureSigningKey } from "./signing-key";

/** Whom every token is for. */
export const AUDIENCE = "tenantry";

/** How long a token is good, seconds. */
export const TOKEN_SECONDS = 3600;

/** What stands before a role in a scope. */
const SCOPE_PREFIX = "tenantry/";

/** The scopes that a client may ask for: its own roles. */
export function scopesOf({ groups }: Client): string[] {
  return groups.map((group) => `${SCOPE_PREFIX}${group}`);
}

/**
 * A token's claims, named as Cognito names them.
 *
 * @param client whom it is given to
 * @param issuer the issuer's URL
 * @param scope what was asked for, if anything
 */
export function claimsOf(client: Client, issuer: string, scope: string | undefined): JWTPayload {
  return {
    ...common(client.id, issuer, TOKEN_SECONDS),
    aud: AUDIENCE,
    client_id: client.id,
    token_use: "access",
    "cognito:groups": [...client.groups],
    ...(client.tenantId === undefined ? {} : { "custom:tenant_id": client.tenantId }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** How long a login is good, seconds; that of Cognito's refresh tokens. */
const LOGIN_SECONDS = 30 * 24 * 3600;

/** The claims of a person's access token, named as Cognito names them. */
export function accessClaimsOf({ id, groups, tenantId }: Person, issuer: string): JWTPayload {
  return {
    ...common(id, issuer, TOKEN_SECONDS),
    aud: AUDIENCE,
    client_id: PEOPLE_CLIENT,
    token_use: "access",
    "cognito:groups": [...groups],
    ...(tenantId === undefined ? {} : { "custom:tenant_id": tenantId }),
  };
}

/** The claims that tell a person's program who has logged in. */
export function idClaimsOf({ id, email }: Person, issuer: string, nonce: string | undefined): JWTPayload {
  return {
    ...common(id, issuer, TOKEN_SECONDS),
    aud: PEOPLE_CLIENT,
    token_use: "id",
    email,
    ...(nonce === undefined ? {} : { nonce }),
  };
}

/** The claims of a refresh token, which is for the issuer itself and for nobody else. */
export function refreshClaimsOf({ id }: Person, issuer: string): JWTPayload {
  return { ...common(id, issuer, LOGIN_SECONDS), aud: issuer, token_use: "refresh" };
}

function common(subject: string, issuer: string, seconds: number): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuer, sub: subject, iat: now, auth_time: now, exp: now + seconds, jti: randomUUID() };
}

/** A token that is wanted by a test. */
export interface MintOptions {
  /** Whose it is; made where there is no such client. Default: `admin`. */
  readonly client?: string;
  /** Claims to set besides, or instead; undefined takes a claim away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Seconds from now to its end; a negative one is over. Default: an hour. */
  readonly expiresInSeconds?: number;
}

/**
 * Signs a token with the issuer's key, whatever it says. The issuer has been started in the directory before, and need not run.
 *
 * @param directory the issuer's
 */
export async function mintToken(directory: string, options: MintOptions = {}): Promise<string> {
  const { client = "admin", claims = {}, expiresInSeconds = TOKEN_SECONDS } = options;
  const { url } = readAddress(directory);
  const exp = Math.floor(Date.now() / 1000) + expiresInSeconds;
  const [key, own] = await Promise.all([ensureSigningKey(directory), ensureClient(directory, client)]);
  const wanted = Object.entries({ ...claimsOf(own, url, undefined), exp, ...claims });
  return key.sign(Object.fromEntries(wanted.filter(([, value]) => value !== undefined)));
}
