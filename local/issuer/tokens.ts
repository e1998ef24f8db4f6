import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { type Client, ensureClient } from "./clients";
import { readAddress } from "./address";
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
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: AUDIENCE,
    sub: client.id,
    client_id: client.id,
    token_use: "access",
    "cognito:groups": [...client.groups],
    ...(client.tenantId === undefined ? {} : { "custom:tenant_id": client.tenantId }),
    ...(scope === undefined ? {} : { scope }),
    iat: now,
    auth_time: now,
    exp: now + TOKEN_SECONDS,
    jti: randomUUID(),
  };
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
