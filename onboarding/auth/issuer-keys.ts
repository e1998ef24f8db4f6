import { type JWTVerifyGetKey, createRemoteJWKSet, errors } from "jose";
import type { Logger } from "pino";
import { z } from "zod";

/** How long an issuer has to answer, in milliseconds. */
const ISSUER_TIMEOUT_MS = 5_000;

/** How long what may take, in milliseconds. */
export const KEY_TIMES = {
  /** Keys are used without a look at the issuer for so long; an unknown key id asks earlier. */
  maxAgeMs: 600_000,
  /** Between two looks at the issuer: neither made-up key ids nor an outage make it be asked more often. */
  cooldownMs: 30_000,
  /** Keys count without an answer of the issuer for so long: an outage of it is none of ours, but a key that it took back ends. */
  outageMs: 24 * 3_600_000,
} as const;

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
  /** Where it is told that the issuer does not answer. */
  readonly log?: Pick<Logger, "warn">;
  /** The time, in milliseconds. Default: the system's. */
  readonly now?: () => number;
}

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/**
 * The keys of an issuer, found when first needed and kept from then on; see {@link KEY_TIMES}.
 * Source: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 *
 * @throws KeysUnavailableError (when a key is asked for) where the issuer does not answer as it should and the key is not known
 */
export function issuerKeys(args: IssuerKeysArgs): JWTVerifyGetKey {
  let known: Promise<KeySet> | undefined;
  const keySet = (): Promise<KeySet> => {
    // a discovery that failed is not kept, so that the next request tries again
    known ??= KeySet.open(args).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return async (header, token) => {
    try {
      const keys = await keySet();
      return await keys.find(header, token);
    } catch (error) {
      if (isAboutTheToken(error) || error instanceof KeysUnavailableError) throw error;
      throw new KeysUnavailableError(args.issuer, { cause: error });
    }
  };
}

type RemoteKeys = ReturnType<typeof createRemoteJWKSet>;

/** Keys that were read once, and are read again from time to time. */
class KeySet {
  private readAt: number;
  private triedAt: number;
  /** Why the last look at the issuer failed; undefined where it did not. */
  private failure: { readonly cause: unknown } | undefined;
  private renewing: Promise<void> | undefined;

  private constructor(
    private readonly remote: RemoteKeys,
    private readonly args: IssuerKeysArgs,
  ) {
    this.readAt = this.triedAt = this.now();
  }

  static async open(args: IssuerKeysArgs): Promise<KeySet> {
    const remote = createRemoteJWKSet(new URL(args.jwksUri ?? (await discover(args.issuer))), {
      timeoutDuration: ISSUER_TIMEOUT_MS,
      // The library throws away what it has where it cannot have it anew. So when it asks is decided here.
      cacheMaxAge: Infinity,
      cooldownDuration: Infinity,
    });
    await remote.reload();
    return new KeySet(remote, args);
  }

  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.age > KEY_TIMES.maxAgeMs) await this.refresh();
    if (this.age > KEY_TIMES.outageMs) throw new KeysUnavailableError(this.args.issuer, this.failure);
    try {
      return await this.remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await this.renew();
      if (this.failure !== undefined) throw new KeysUnavailableError(this.args.issuer, this.failure);
      return this.remote(header, token);
    }
  };

  /** Has the keys read anew. Nobody waits for an issuer that did not answer the last time, as long as there are keys that count. */
  private async refresh(): Promise<void> {
    const renewal = this.renew();
    if (this.failure === undefined || this.age > KEY_TIMES.outageMs) await renewal;
  }

  private renew(): Promise<void> {
    if (this.renewing === undefined && this.now() - this.triedAt >= KEY_TIMES.cooldownMs) {
      this.triedAt = this.now();
      this.renewing = this.read().finally(() => (this.renewing = undefined));
    }
    return this.renewing ?? Promise.resolve();
  }

  private async read(): Promise<void> {
    try {
      await this.remote.reload();
      this.readAt = this.now();
      this.failure = undefined;
    } catch (cause) {
      this.failure = { cause };
      this.args.log?.warn(
        { err: cause, issuer: this.args.issuer, readAt: new Date(this.readAt).toISOString() },
        "the issuer's keys cannot be had anew: those that were read last go on counting for a day",
      );
    }
  }

  private get age(): number {
    return this.now() - this.readAt;
  }

  private now(): number {
    return (this.args.now ?? Date.now)();
  }
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
