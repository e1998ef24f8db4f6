import type { JWTPayload } from "jose";
import { z } from "zod";
import { isTenantId } from "../../components/rules/tenant-id";
import type { Identity } from "./identity";
import { type Role, isRole } from "./roles";

/** How an issuer writes what this product wants to know. */
export interface ClaimNames {
  /** Claim that lists roles: a list of words, or words with spaces between. */
  readonly rolesClaim: string;
  /** What stands before a role in that claim; words without it are not roles of this product. */
  readonly rolePrefix: string;
  /** What stands before a role in a machine client's scope. */
  readonly scopePrefix: string;
  /** Claim that names the tenant of a tenant-admin. */
  readonly tenantClaim: string;
}

/** Longest subject, in characters (OpenID Connect Core 1.0, section 2). */
const MAX_SUBJECT_LENGTH = 255;

const subjectSchema = z
  .string()
  .min(1)
  .max(MAX_SUBJECT_LENGTH)
  .regex(/^[^\p{Cc}]+$/u);

const wordsSchema = z
  .union([z.array(z.string()), z.string().transform((words) => words.split(" "))])
  .catch([])
  .transform((words) => words.filter((word) => word !== ""));

/**
 * Reads an identity out of a verified token's claims.
 *
 * @throws ZodError where `sub` is not a usable subject
 */
export function identityOf(
  claims: JWTPayload & { readonly exp: number; readonly iss: string },
  names: ClaimNames,
): Identity {
  const fromGroups = rolesAmong(wordsSchema.parse(claims[names.rolesClaim]), names.rolePrefix);
  const fromScope = isMachine(claims)
    ? rolesAmong(wordsSchema.parse(claims["scope"]), names.scopePrefix)
    : [];
  const tenantId = claims[names.tenantClaim];
  return {
    subject: subjectSchema.parse(claims.sub),
    issuer: claims.iss,
    roles: [...new Set([...fromGroups, ...fromScope])],
    tenantId: typeof tenantId === "string" && isTenantId(tenantId) ? tenantId : undefined,
    expiresAt: new Date(claims.exp * 1000),
  };
}

/**
 * Whether a token was given to a program for itself. Only then its scopes are roles: a person's token carries the
 * scopes of the client they came through, and those would make every person who signs in through it an operator.
 * Source: RFC 9068, section 2.2 (`sub` is the client where no resource owner is involved).
 */
function isMachine(claims: JWTPayload): boolean {
  if (claims["gty"] === "client-credentials") return true;
  return [claims["client_id"], claims["azp"]].some((client) => client !== undefined && client === claims.sub);
}

function rolesAmong(words: readonly string[], prefix: string): Role[] {
  return words
    .filter((word) => word.startsWith(prefix))
    .map((word) => word.slice(prefix.length))
    .filter(isRole);
}
