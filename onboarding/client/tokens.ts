import { z } from "zod";
import { ConnectionError, LoginError, reasonOf } from "./errors";

/** Gives the token that a request is made with. */
export interface TokenProvider {
  /** A token that is good for a while; the same one as long as that is so. */
  token(): Promise<string>;
  /** Gives up a token that the API refused; the next call gets a new one. */
  forget(token: string): void;
}

/** A client of the issuer. */
export interface ClientCredentials {
  /** The issuer's URL; its discovery document says where tokens are. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Scopes to ask for, with spaces between. Default: none. */
  readonly scope?: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/** How long before its end a token is no longer used, milliseconds: clocks differ, and requests take time. */
const MARGIN_MS = 60_000;

/** How long the issuer may take, milliseconds. */
const TIMEOUT_MS = 10_000;

const discoverySchema = z.object({ token_endpoint: z.url() });
const tokenSchema = z.object({ access_token: z.string(), expires_in: z.number().positive() });
const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });

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
  let held: Held | undefined;
  let asked: Promise<Held> | undefined;
  return {
    async token() {
      if (held !== undefined && Date.now() < held.until) return held.token;
      asked ??= ask(credentials).finally(() => (asked = undefined));
      held = await asked;
      return held.token;
    },
    forget(token) {
      if (held?.token === token) held = undefined;
    },
  };
}

/** A token that was got elsewhere; where it is refused there is no other. */
export function fixedToken(token: string): TokenProvider {
  return { token: () => Promise.resolve(token), forget: () => undefined };
}

async function ask(credentials: ClientCredentials): Promise<Held> {
  const { clientId, clientSecret, scope } = credentials;
  const address = `${credentials.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const discovery = discoverySchema.safeParse(await bodyOf(await request(credentials, address)));
  if (!discovery.success)
    throw new LoginError(`${address} is no OIDC discovery document: expected its token_endpoint`);
  const began = Date.now();
  const answer = await request(credentials, discovery.data.token_endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${basic(clientId, clientSecret)}` },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      ...(scope === undefined ? {} : { scope }),
    }),
  });
  const body = await bodyOf(answer);
  const parsed = tokenSchema.safeParse(body);
  if (!answer.ok || !parsed.success) throw refusal(clientId, answer, body);
  const lifetime = parsed.data.expires_in * 1000;
  return { token: parsed.data.access_token, until: began + lifetime - Math.min(MARGIN_MS, lifetime / 2) };
}

async function request({ fetch: send = fetch }: ClientCredentials, url: string, init: RequestInit = {}) {
  try {
    return await send(url, { ...init, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new ConnectionError(`the issuer at ${new URL(url).origin} cannot be reached: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

async function bodyOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    return undefined;
  }
}

function refusal(clientId: string, answer: Response, body: unknown): LoginError {
  const parsed = refusalSchema.safeParse(body);
  const why = parsed.success
    ? `${parsed.data.error}: ${parsed.data.error_description ?? "no more is said"}`
    : `it answered ${answer.status}`;
  return new LoginError(`the issuer gives client '${clientId}' no token: ${why}`);
}

/** Both halves are form-encoded first (RFC 6749, section 2.3.1). */
function basic(clientId: string, clientSecret: string): string {
  const encode = (text: string) => new URLSearchParams({ value: text }).toString().slice("value=".length);
  return Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString("base64");
}
