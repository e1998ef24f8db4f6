import { z } from "zod";
import { ConnectionError, LoginError, reasonOf } from "./errors";
import { isSafeUrl } from "./safe-url";

/** How long the issuer may take, milliseconds. */
const TIMEOUT_MS = 10_000;

const endpoint = z.url().refine(isSafeUrl, "expected an https URL, or an http one of this machine");

const discoverySchema = z.object({
  issuer: z.string().optional(),
  token_endpoint: endpoint,
  authorization_endpoint: endpoint.optional(),
  jwks_uri: endpoint.optional(),
  scopes_supported: z.array(z.string()).default([]),
});

const tokensSchema = z.object({
  access_token: z.string(),
  expires_in: z.number().positive(),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
});

const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/** What an issuer says of itself (OpenID Connect Discovery 1.0, section 3). */
export type IssuerDocument = z.output<typeof discoverySchema>;

/** Tokens, as an issuer gives them (RFC 6749, section 5.1). */
export type Tokens = z.output<typeof tokensSchema>;

/** Who asks an issuer. */
export interface IssuerClient {
  /** The issuer's URL; its discovery document says where the rest is. */
  readonly issuer: string;
  readonly clientId: string;
  /** Default: the global one. */
  readonly fetch?: typeof fetch;
}

/**
 * Reads what an issuer says of itself.
 *
 * @throws LoginError where that is no discovery document, ConnectionError where it does not answer
 */
export async function discover(client: IssuerClient): Promise<IssuerDocument> {
  const address = `${client.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const parsed = discoverySchema.safeParse(await bodyOf(await request(client, address)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") ?? "";
  throw new LoginError(
    `${address} is no OIDC discovery document: expected its ${field === "" ? "token_endpoint" : field}` +
      (issue?.code === "custom" ? ` to be an https URL, or an http one of this machine` : ""),
  );
}

/**
 * Asks for tokens.
 *
 * @param url the token endpoint
 * @param form grant and what belongs to it
 * @param headers where the client shows its secret, if it has one
 * @throws LoginError where the issuer gives none, ConnectionError where it does not answer
 */
export async function askTokens(
  client: IssuerClient,
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Tokens> {
  const answer = await request(client, url, { method: "POST", headers, body: new URLSearchParams(form) });
  const body = await bodyOf(answer);
  const parsed = tokensSchema.safeParse(body);
  if (!answer.ok || !parsed.success) throw refusal(client.clientId, answer, body);
  return parsed.data;
}

async function request({ fetch: send = fetch }: IssuerClient, url: string, init: RequestInit = {}) {
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
