import { type JWTPayload, type JWTVerifyGetKey, decodeJwt, errors, jwtVerify } from "jose";
import { ProblemError } from "../lifecycle";
import { type ClaimNames, identityOf } from "./claims";
import type { Identity } from "./identity";
import { type IssuerKeysArgs, KeysUnavailableError, issuerKeys } from "./issuer-keys";

/** One issuer whose tokens count. */
export interface IssuerArgs {
  /** Its `iss`, character by character. For Cognito: `https://cognito-idp.<region>.amazonaws.com/<pool id>`. */
  readonly issuer: string;
  /** Whom its tokens must be for: their `aud`; where there is none, as in Cognito's access tokens, their `client_id`. */
  readonly audience: string | readonly string[];
  /** Where its keys are; by default what its discovery document says. */
  readonly jwksUri?: string;
  /** Claim that lists roles; `cognito:groups` by default. */
  readonly rolesClaim?: string;
  /** Claim that names a tenant-admin's tenant; `custom:tenant_id` by default. */
  readonly tenantClaim?: string;
  /** What stands before a role in the roles claim; nothing by default. */
  readonly rolePrefix?: string;
  /** What stands before a role in a machine client's scope; `tenantry/` by default. */
  readonly scopePrefix?: string;
}

/** Whose tokens count. */
export interface AuthenticatorArgs {
  readonly issuers: readonly IssuerArgs[];
  /** Where it is told that an issuer does not answer. Default: nowhere. */
  readonly log?: IssuerKeysArgs["log"];
}

/** Tells who a request's token speaks for. */
export interface Authenticator {
  /**
   * @param authorization the `Authorization` header
   * @throws ProblemError `unauthenticated` where there is no token that counts; `unavailable` where its issuer does not answer
   */
  authenticate(authorization: string | undefined): Promise<Identity>;
}

const DEFAULTS = {
  rolesClaim: "cognito:groups",
  tenantClaim: "custom:tenant_id",
  rolePrefix: "",
  scopePrefix: "tenantry/",
} as const satisfies ClaimNames;

/** Signatures that count. All are asymmetric: with `HS256` an issuer's public key would do as the secret, and `none` is none. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

/** How far an issuer's clock may be off, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

interface TrustedIssuer {
  readonly args: IssuerArgs;
  readonly audiences: readonly string[];
  readonly keys: JWTVerifyGetKey;
}

/** Makes an authenticator for bearer tokens (RFC 6750) that are JWTs of the given OIDC issuers. */
export function createAuthenticator({ issuers, log }: AuthenticatorArgs): Authenticator {
  const trusted = new Map<string, TrustedIssuer>(
    issuers.map((args) => [
      args.issuer,
      { args, audiences: [args.audience].flat(), keys: issuerKeys({ ...args, log }) },
    ]),
  );
  return {
    authenticate: async (authorization) => {
      const token = bearerToken(authorization);
      const issuer = issuerOf(token, trusted);
      try {
        return await verify(token, issuer);
      } catch (error) {
        throw asProblem(error);
      }
    },
  };
}

async function verify(token: string, { args, audiences, keys }: TrustedIssuer): Promise<Identity> {
  const { payload } = await jwtVerify(token, keys, {
    issuer: args.issuer,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ["exp", "sub"],
  });
  if (!isFor(payload, audiences)) throw refused("the token is for another audience");
  if (payload.exp === undefined) throw refused("the token has no end");
  return identityOf({ ...payload, exp: payload.exp, iss: args.issuer }, { ...DEFAULTS, ...names(args) });
}

function names(args: IssuerArgs): Partial<ClaimNames> {
  const { rolesClaim, tenantClaim, rolePrefix, scopePrefix } = args;
  return Object.fromEntries(
    Object.entries({ rolesClaim, tenantClaim, rolePrefix, scopePrefix }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function isFor(claims: JWTPayload, audiences: readonly string[]): boolean {
  const named = claims.aud === undefined ? [claims["client_id"]] : [claims.aud].flat();
  return named.some((audience) => typeof audience === "string" && audiences.includes(audience));
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined)
    throw refused("the Authorization header is missing: expected a bearer token");
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization)?.[1];
  if (token === undefined)
    throw refused("the Authorization header holds no bearer token that is a signed JWT");
  return token;
}

function issuerOf(token: string, trusted: ReadonlyMap<string, TrustedIssuer>): TrustedIssuer {
  const issuer = trusted.get(claimedIssuer(token));
  if (issuer === undefined) throw refused("the token's issuer is not one of this service's");
  return issuer;
}

/** What the token says of its issuer; only picks the keys that it is then checked with. */
function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? "";
  } catch (error) {
    throw refused("the token is not a JWT", error);
  }
}

function asProblem(error: unknown): Error {
  if (error instanceof ProblemError) return error;
  if (error instanceof KeysUnavailableError) {
    return new ProblemError(
      {
        type: "unavailable",
        detail: "the token cannot be checked now: its issuer does not answer",
        next: "try again in a few seconds",
      },
      { cause: error },
    );
  }
  if (error instanceof errors.JWTExpired) return refused("the token has expired", error);
  if (error instanceof errors.JWTClaimValidationFailed) {
    return refused(`the token's claim '${error.claim}' is missing or not as expected`, error);
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return refused("the token's signature algorithm is not allowed: expected an asymmetric one", error);
  }
  return refused("the token's signature or form is not valid", error);
}

function refused(detail: string, cause?: unknown): ProblemError {
  return new ProblemError(
    { type: "unauthenticated", detail, next: "get a new token and try again" },
    { cause },
  );
}
