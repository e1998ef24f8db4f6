import { type JWTVerifyGetKey, createRemoteJWKSet, errors } from "jose";
import { z } from "zod";

/** How long an issuer has to answer, in milliseconds. */
const ISSUER_TIMEOUT_MS = 5_000;

/** How long keys are used without a look at the issuer, in milliseconds; an unknown key id asks earlier. */
const KEYS_MAX_AGE_MS = 600_000;

/** Shortest time between two looks at the issuer for unknown key ids, in milliseconds: made-up ids cost it nothing. */
const KEYS_COOLDOWN_MS = 30_000;

/** The keys of an issuer could not be had; says nothing of the token. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";

  /** @param issuer whose keys are asked for */
  constructor(
    readonly issuer: string,
    options?: ErrorOptions,
  ) {
    super(`the keys of '${issuer}' cannot be had`, options);
  }
}

/** Where an issuer's keys are. */
export interface IssuerKeysArgs {
  readonly issuer: string;
  /** By default what the issuer's discovery document says. */
  readonly jwksUri?: string;
}

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * The keys of an issuer, found when first needed and kept from then on.
 * Source: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 *
 * @throws KeysUnavailableError (when a key is asked for) where the issuer does not answer as it should
 */
export function issuerKeys({ issuer, jwksUri }: IssuerKeysArgs): JWTVerifyGetKey {
  let known: Promise<JWTVerifyGetKey> | undefined;
  const keySet = (): Promise<JWTVerifyGetKey> => {
    // a discovery that failed is not kept, so that the next request tries again
    known ??= open(issuer, jwksUri).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return async (header, token) => {
    try {
      const keys = await keySet();
      return await keys(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      throw new KeysUnavailableError(issuer, { cause: error });
    }
  };
}

async function open(issuer: string, jwksUri: string | undefined): Promise<JWTVerifyGetKey> {
  return createRemoteJWKSet(new URL(jwksUri ?? (await discover(issuer))), {
    timeoutDuration: ISSUER_TIMEOUT_MS,
    cacheMaxAge: KEYS_MAX_AGE_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
  });
}

async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, {
    signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
    redirect: "error",
    headers: { accept: "application/json" },
  });
  if (!response.ok) throw new Error(`${address} answers ${response.status}: expected 200`);
  const document = discoverySchema.parse(await response.json());
  if (document.issuer !== issuer) {
    throw new Error(`${address} is of issuer '${document.issuer}': expected '${issuer}'`);
  }
  return document.jwks_uri;
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
