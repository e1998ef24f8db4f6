import { isSafeUrl } from "../../onboarding/client";
import { PEOPLE_CLIENT } from "./people";

/** A person's browser asks for a code (RFC 6749, section 4.1.1), with PKCE (RFC 7636). */
export interface AuthorizeRequest {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  /** SHA-256 of the verifier that the code is redeemed with, base64url. */
  readonly challenge: string;
}

/** A request that cannot be answered at its redirect URI, as that may be anybody's. */
export class AuthorizePageError extends Error {
  override readonly name = "AuthorizePageError";
}

/** A request that is refused at its redirect URI. */
export class AuthorizeError extends Error {
  override readonly name = "AuthorizeError";

  constructor(
    readonly code: "invalid_request" | "unsupported_response_type" | "invalid_scope" | "access_denied",
    message: string,
    readonly request: Pick<AuthorizeRequest, "redirectUri" | "state">,
  ) {
    super(message);
  }
}

/**
 * Reads a request for a code.
 *
 * @throws AuthorizePageError or AuthorizeError
 */
export function parseAuthorizeRequest(query: URLSearchParams): AuthorizeRequest {
  const parameter = (name: string) => query.get(name) ?? undefined;
  const client = parameter("client_id");
  if (client !== PEOPLE_CLIENT) {
    throw new AuthorizePageError(`client_id is '${client ?? ""}': expected '${PEOPLE_CLIENT}'`);
  }
  const redirectUri = parameter("redirect_uri") ?? "";
  if (!isLoopback(redirectUri)) {
    throw new AuthorizePageError(`redirect_uri is '${redirectUri}': expected an http URL of this machine`);
  }
  const state = parameter("state");
  const refuse = (code: AuthorizeError["code"], message: string): AuthorizeError =>
    new AuthorizeError(code, message, { redirectUri, state });
  const type = parameter("response_type") ?? "";
  if (type !== "code")
    throw refuse("unsupported_response_type", `response_type is '${type}': expected 'code'`);
  if (!(parameter("scope") ?? "").split(" ").includes("openid")) {
    throw refuse("invalid_scope", "scope has no 'openid': expected it");
  }
  const challenge = parameter("code_challenge") ?? "";
  if (parameter("code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(challenge)) {
    throw refuse("invalid_request", "code_challenge is missing: expected one of code_challenge_method S256");
  }
  return { redirectUri, state, nonce: parameter("nonce"), challenge };
}

/** Any port of this machine (RFC 8252, section 7.3). */
function isLoopback(uri: string): boolean {
  return isSafeUrl(uri) && new URL(uri).protocol === "http:" && new URL(uri).hash === "";
}

/** Where the browser goes back to. */
export function answerUrl(
  { redirectUri, state }: Pick<AuthorizeRequest, "redirectUri" | "state">,
  answer: Readonly<Record<string, string>>,
): string {
  const url = new URL(redirectUri);
  const parameters = { ...answer, ...(state === undefined ? {} : { state }) };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
