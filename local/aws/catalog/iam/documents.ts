import {
  AwsError,
  isMap,
  parseJson,
  type Context,
  type PropertyMap,
  type PropertyValue,
} from "../../framework";

/** Characters of a policy document that IAM counts: all but white space. */
export function policySize(document: string): number {
  return document.replace(/\s/g, "").length;
}

/** How a document that is too big is refused. */
export interface SizeLimit {
  /** IAM's name of the quota, such as `ACLSizePerRole`. */
  quota: string;
  /** Characters, white space not counted. */
  limit: number;
}

/**
 * Sees that a policy document is one, and fits.
 *
 * @throws {AwsError} MalformedPolicyDocument or LimitExceeded, as IAM answers.
 */
export function parseDocument(text: string, { quota, limit }: SizeLimit): PropertyMap[] {
  const document = parse(text);
  const found = isMap(document) ? document.Statement : undefined;
  const statements = (Array.isArray(found) ? found : [found]).filter((item) => isMap(item));
  if (!isMap(document) || statements.length === 0) throw malformed("Syntax errors in policy.");
  if (
    document.Version !== undefined &&
    document.Version !== "2012-10-17" &&
    document.Version !== "2008-10-17"
  )
    throw malformed("The policy must contain a valid version string");
  for (const statement of statements) refuseStatement(statement);
  if (policySize(text) > limit)
    throw new AwsError("LimitExceeded", `Cannot exceed quota for ${quota}: ${limit}`, 409);
  return statements;
}

/**
 * Sees that a trust policy names only principals of this account that exist, and no resources.
 *
 * @throws {AwsError} MalformedPolicyDocument, as IAM answers.
 */
export async function refuseTrust(context: Context, statements: readonly PropertyMap[]): Promise<void> {
  for (const statement of statements) {
    if ("Resource" in statement) throw malformed("Has prohibited field Resource.");
    if (!("Principal" in statement) && !("NotPrincipal" in statement))
      throw malformed("AssumeRole policy must contain a principal.");
    const principal = statement.Principal;
    for (const arn of isMap(principal) ? texts(principal.AWS) : []) {
      const own = arn.startsWith(`arn:${context.partition}:iam::${context.accountId}:role/`);
      if (own && (await context.find("aws:iam/role:Role", arn, "arn")) === undefined) {
        throw malformed(`Invalid principal in policy: "AWS":"${arn}"`);
      }
    }
  }
}

/** Whether a trust policy lets a service principal assume its role with these actions. */
export function trusts(document: string, service: string, actions: readonly string[]): boolean {
  const parsed = parse(document);
  const found = isMap(parsed) ? parsed.Statement : undefined;
  const allowed = (Array.isArray(found) ? found : [found])
    .filter((item) => isMap(item))
    .filter(
      ({ Effect, Principal }) =>
        Effect === "Allow" && isMap(Principal) && texts(Principal.Service).includes(service),
    )
    .flatMap(({ Action }) => texts(Action));
  return actions.every((action) => allowed.some((one) => one === action || one === "sts:*" || one === "*"));
}

function refuseStatement(statement: PropertyMap): void {
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
    throw malformed(`Syntax errors in policy: Effect must be Allow or Deny.`);
  const actions = [...texts(statement.Action), ...texts(statement.NotAction)];
  if (actions.length === 0) throw malformed("Policy statement must contain actions.");
  const bare = actions.find((action) => action !== "*" && !/^[\w-]+:[\w*?-]+$/.test(action));
  if (bare !== undefined)
    throw malformed(`Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. (${bare})`);
}

function texts(value: PropertyValue | undefined): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
}

function parse(text: string): PropertyValue {
  try {
    return parseJson(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
}

function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message);
}
