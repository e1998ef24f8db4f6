import type { Context, ProvisionContext, Properties, PropertyMap } from "../../framework";
import { generatePassword } from "./database";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/** Makes the secret that RDS manages for an instance, with a password in it; gives the outputs that name it. */
export function insertMasterSecret(context: Context, resourceId: string, username: string): PropertyMap {
  const name = `rds!db-${context.uuid()}`;
  const arn = context.arn("secretsmanager", `secret:${name}-${context.letters(6)}`);
  const kmsKeyId = context.inputs.stringOr(
    "masterUserSecretKmsKeyId",
    context.arn("kms", "alias/aws/secretsmanager"),
  );
  context.insert({
    type: SECRET,
    id: arn,
    arn,
    name,
    state: {
      id: arn,
      arn,
      name,
      kmsKeyId,
      description: `Secret associated with primary RDS DB instance: ${resourceId}`,
      owningService: "rds",
      tags: {},
      tagsAll: {},
    },
  });
  const versionId = context.uuid();
  context.insert({
    type: VERSION,
    id: `${arn}|${versionId}`,
    arn,
    name,
    secrets: ["secretString"],
    state: {
      id: `${arn}|${versionId}`,
      arn,
      secretId: arn,
      versionId,
      versionStages: ["AWSCURRENT"],
      secretString: credentials(username, generatePassword()),
    },
  });
  return {
    masterUserSecretKmsKeyId: kmsKeyId,
    masterUserSecrets: [{ kmsKeyId, secretArn: arn, secretStatus: "active" }],
  };
}

/** Makes or removes the managed secret where an update turned the management on or off. */
export async function adoptMasterSecret(
  context: Context & { readonly before: Properties },
): Promise<PropertyMap> {
  const managed = context.inputs.flag("manageMasterUserPassword");
  const arn =
    context.state.string("masterUserSecrets.secretArn") ??
    context.state.maps("masterUserSecrets")[0]?.string("secretArn");
  if (managed && arn === undefined)
    return insertMasterSecret(context, context.id, context.state.stringOr("username", ""));
  if (!managed && arn !== undefined) {
    for (const version of await context.list(VERSION, { arn })) await context.remove(VERSION, version.id);
    await context.remove(SECRET, arn);
    return { masterUserSecrets: [] };
  }
  return {};
}

/** The password in an instance's managed secret. */
export async function masterPassword(
  context: Pick<ProvisionContext, "state" | "list">,
): Promise<string | undefined> {
  const arn = context.state.maps("masterUserSecrets")[0]?.string("secretArn");
  if (arn === undefined) return undefined;
  for (const version of await context.list(VERSION, { arn })) {
    const stages = version.state.versionStages;
    const text = version.state.secretString;
    if (Array.isArray(stages) && stages.includes("AWSCURRENT") && typeof text === "string") {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed === "object" && parsed !== null && "password" in parsed)
        return String(parsed.password);
    }
  }
  return undefined;
}

/** What RDS keeps in a managed secret. */
export function credentials(username: string, password: string): string {
  return JSON.stringify({ username, password });
}
