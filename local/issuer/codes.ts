import { createHash, randomBytes } from "node:crypto";
import type { AuthorizeRequest } from "./authorize-request";
import type { Person } from "./people";
import { TokenRequestError } from "./token-request";

/** How long a code is good, milliseconds; Cognito's are good for five minutes. */
const CODE_MS = 60_000;

/** What a code stands for. */
export interface Grant {
  readonly request: AuthorizeRequest;
  readonly person: Person;
}

/** Codes that were given and not yet redeemed. They are forgotten with the issuer's process. */
export class Codes {
  private readonly given = new Map<string, Grant & { readonly until: number }>();

  /** Gives a code. */
  give(grant: Grant): string {
    const code = randomBytes(32).toString("base64url");
    this.given.set(code, { ...grant, until: Date.now() + CODE_MS });
    return code;
  }

  /**
   * Redeems a code, which is good once.
   *
   * @throws TokenRequestError where it is not good, or not for who shows it
   */
  redeem(code: string, redirectUri: string, verifier: string): Grant {
    const grant = this.given.get(code);
    this.given.delete(code);
    if (grant === undefined || Date.now() > grant.until) {
      throw new TokenRequestError("invalid_grant", "code is not good, or no longer");
    }
    if (grant.request.redirectUri !== redirectUri) {
      throw new TokenRequestError("invalid_grant", "redirect_uri is not that of the code");
    }
    if (createHash("sha256").update(verifier).digest("base64url") !== grant.request.challenge) {
      throw new TokenRequestError("invalid_grant", "code_verifier is not that of the code's challenge");
    }
    return grant;
  }
}
