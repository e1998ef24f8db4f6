import { LoginError } from "./errors";
import { type IssuerClient, type Tokens, askTokens, discover } from "./issuer";

/** Gives the token that a request is made with. */
export interface TokenProvider {
  /** A token that is good for a while; the same one as long as that is so. */
  token(): Promise<string>;
  /** Gives up a token that the API refused; the next call gets a new one. */
  forget(token: string): void;
}

/** A program that is a client of the issuer. */
export interface ClientCredentials extends IssuerClient {
  readonly clientSecret: string;
  /** Scopes to ask for, with spaces between. Default: none. */
  readonly scope?: string;
}

/** A person who has logged in through a client of the issuer. */
export interface PersonCredentials extends IssuerClient {
  readonly refreshToken: string;
  /** Told of the refresh token that counts from now on, where the issuer gives a new one. */
  readonly onNewRefreshToken?: (refreshToken: string) => void;
  /**
   * Asked for the one that another process has got meanwhile, once the issuer refuses this one; undefined where there is
   * none. Issuers that renew refresh tokens take each once.
   */
  readonly newerRefreshToken?: (refused: string) => Promise<string | undefined>;
}

/** How long before its end a token is no longer used, milliseconds: clocks differ, and requests take time. */
const MARGIN_MS = 60_000;

interface Held {
  readonly token: string;
  /** When to get a new one, milliseconds since 1970. */
  readonly until: number;
}

/**
 * Tokens by client credentials (RFC 6749, section 4.4). One is asked for when first needed, used until shortly before its
 * end, and shared by all who ask meanwhile.
 *
 * `token()` rejects with a LoginError where the issuer refuses, and a ConnectionError where it does not answer.
 */
export function clientCredentials(credentials: ClientCredentials): TokenProvider {
  const { clientId, clientSecret, scope } = credentials;
  return holding(async () => {
    const { token_endpoint: url } = await discover(credentials);
    const form = { grant_type: "client_credentials", ...(scope === undefined ? {} : { scope }) };
    return askTokens(credentials, url, form, { authorization: `Basic ${basic(clientId, clientSecret)}` });
  });
}

/**
 * Tokens of a person who has logged in before (RFC 6749, section 6), held as those of a program are.
 *
 * `token()` rejects with a LoginError where the login has ended, and a ConnectionError where the issuer does not answer.
 */
export function personCredentials(credentials: PersonCredentials): TokenProvider {
  const { clientId, onNewRefreshToken, newerRefreshToken } = credentials;
  let { refreshToken } = credentials;
  const redeem = async (url: string): Promise<Tokens> => {
    const form = { grant_type: "refresh_token", refresh_token: refreshToken, client_id: clientId };
    try {
      return await askTokens(credentials, url, form);
    } catch (error) {
      if (!(error instanceof LoginError)) throw error;
      const newer = await newerRefreshToken?.(refreshToken);
      if (newer === undefined) throw new LoginError(`${error.message}; log in again`, { cause: error });
      refreshToken = newer;
      return redeem(url);
    }
  };
  return holding(async () => {
    const { token_endpoint: url } = await discover(credentials);
    const tokens = await redeem(url);
    if (tokens.refresh_token !== undefined && tokens.refresh_token !== refreshToken) {
      refreshToken = tokens.refresh_token;
      onNewRefreshToken?.(refreshToken);
    }
    return tokens;
  });
}

/** A token that was got elsewhere; where it is refused there is no other. */
export function fixedToken(token: string): TokenProvider {
  return { token: () => Promise.resolve(token), forget: () => undefined };
}

function holding(ask: () => Promise<Tokens>): TokenProvider {
  let held: Held | undefined;
  let asked: Promise<Held> | undefined;
  const renew = async (): Promise<Held> => {
    const began = Date.now();
    const tokens = await ask();
    const lifetime = tokens.expires_in * 1000;
    return { token: tokens.access_token, until: began + lifetime - Math.min(MARGIN_MS, lifetime / 2) };
  };
  return {
    async token() {
      if (held !== undefined && Date.now() < held.until) return held.token;
      asked ??= renew().finally(() => (asked = undefined));
      held = await asked;
      return held.token;
    },
    forget(token) {
      if (held?.token === token) held = undefined;
    },
  };
}

/** Both halves are form-encoded first (RFC 6749, section 2.3.1). */
function basic(clientId: string, clientSecret: string): string {
  const encode = (text: string) => new URLSearchParams({ value: text }).toString().slice("value=".length);
  return Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString("base64");
}
