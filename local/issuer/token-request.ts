import { PEOPLE_CLIENT } from "./people";

/** What is wrong with a token request, as RFC 6749, section 5.2, names it. */
export type TokenErrorCode =
  "invalid_request" | "invalid_client" | "invalid_grant" | "invalid_scope" | "unsupported_grant_type";

/** A token request that is refused. */
export class TokenRequestError extends Error {
  override readonly name = "TokenRequestError";

  constructor(
    readonly code: TokenErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** A program asks for a token of its own. */
export interface ProgramRequest {
  readonly grant: "client_credentials";
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

/** A person's program redeems the code that their browser brought. */
export interface CodeRequest {
  readonly grant: "authorization_code";
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
}

/** A person's program asks for a new token. */
export interface RefreshRequest {
  readonly grant: "refresh_token";
  readonly refreshToken: string;
}

/** A token request. */
export type TokenRequest = ProgramRequest | CodeRequest | RefreshRequest;

/**
 * Reads a token request.
 *
 * @param body the form
 * @param authorization the header, where the client shows its secret there
 * @throws TokenRequestError
 */
export function parseTokenRequest(body: string, authorization: string | undefined): TokenRequest {
  const form = new URLSearchParams(body);
  const grant = only(form, "grant_type") ?? "";
  switch (grant) {
    case "client_credentials": {
      const scopes = (only(form, "scope") ?? "").split(" ").filter((scope) => scope !== "");
      return { grant, ...credentials(form, authorization), scopes };
    }
    case "authorization_code":
      ofPeople(form);
      return {
        grant,
        code: wanted(form, "code"),
        redirectUri: wanted(form, "redirect_uri"),
        verifier: wanted(form, "code_verifier"),
      };
    case "refresh_token":
      ofPeople(form);
      return { grant, refreshToken: wanted(form, "refresh_token") };
    default:
      throw new TokenRequestError(
        grant === "" ? "invalid_request" : "unsupported_grant_type",
        `grant_type is '${grant}': expected 'client_credentials', 'authorization_code' or 'refresh_token'`,
      );
  }
}

type Credentials = Pick<ProgramRequest, "clientId" | "clientSecret">;

function ofPeople(form: URLSearchParams): void {
  const client = only(form, "client_id") ?? "";
  if (client !== PEOPLE_CLIENT) {
    throw new TokenRequestError("invalid_client", `client_id is '${client}': expected '${PEOPLE_CLIENT}'`);
  }
}

function wanted(form: URLSearchParams, name: string): string {
  const value = only(form, name);
  if (value === undefined) throw new TokenRequestError("invalid_request", `${name} is missing`);
  return value;
}

function credentials(form: URLSearchParams, authorization: string | undefined): Credentials {
  const inForm = { clientId: only(form, "client_id"), clientSecret: only(form, "client_secret") };
  if (authorization !== undefined) {
    if (inForm.clientSecret !== undefined) {
      throw new TokenRequestError(
        "invalid_request",
        "client_secret is in header and form: expected one of them",
      );
    }
    return basicCredentials(authorization);
  }
  const { clientId, clientSecret } = inForm;
  if (clientId === undefined || clientSecret === undefined) {
    throw new TokenRequestError("invalid_client", "client_id or client_secret is missing");
  }
  return { clientId, clientSecret };
}

function basicCredentials(authorization: string): Credentials {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization)?.[1];
  const text = Buffer.from(encoded ?? "", "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0)
    throw new TokenRequestError("invalid_client", "the Authorization header holds no Basic credentials");
  // Both halves are form-encoded (RFC 6749, section 2.3.1).
  return { clientId: formDecoded(text.slice(0, colon)), clientSecret: formDecoded(text.slice(colon + 1)) };
}

function formDecoded(text: string): string {
  return new URLSearchParams(`value=${text.replaceAll("&", "%26")}`).get("value") ?? "";
}

function only(form: URLSearchParams, name: string): string | undefined {
  const values = form.getAll(name);
  if (values.length > 1)
    throw new TokenRequestError("invalid_request", `${name} is given ${values.length} times`);
  return values[0];
}
