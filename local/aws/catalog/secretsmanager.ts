import { AwsError, defineInvoke, defineResource, Properties, type Catalog, type Context } from "../framework";
import { keyReference, notFound } from "./references";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const DAY_MS = 86_400_000;

/** Days that a deleted secret can be restored for, its name staying taken. */
const RECOVERY_DAYS = 30;

const SECRET_MISSING = notFound(
  "ResourceNotFoundException",
  () => "Secrets Manager can't find the specified secret.",
);

const secret = defineResource({
  type: SECRET,
  service: "Secrets Manager",
  operations: {
    create: "CreateSecret",
    read: "DescribeSecret",
    update: "UpdateSecret",
    delete: "DeleteSecret",
  },
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 512 },
  check(inputs) {
    const days = inputs.number("recoveryWindowInDays");
    return days === undefined || days === 0 || (days >= 7 && days <= 30)
      ? []
      : [{ property: "recoveryWindowInDays", reason: `${days} is out of range; expected 0, or 7 to 30` }];
  },
  json: ["policy"],
  defaults: () => ({
    description: "",
    forceOverwriteReplicaSecret: false,
    kmsKeyId: "",
    namePrefix: "",
    policy: "",
    recoveryWindowInDays: RECOVERY_DAYS,
    replicas: [],
  }),
  computed: ["arn"],
  replaces: ["name", "namePrefix"],
  references: [keyReference("kmsKeyId")],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "ResourceExistsException",
        message: (name) => `The operation failed because the secret ${name} already exists.`,
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  async create(context) {
    const name = context.inputs.stringOr("name", "");
    if ((await context.kept("secret", name)) !== undefined) {
      throw new AwsError(
        "InvalidRequestException",
        `You can't create this secret because a secret with this name is already scheduled for deletion. (${name})`,
      );
    }
    const arn = context.arn("secretsmanager", `secret:${name}-${context.letters(6)}`);
    return { id: arn, arn, outputs: { arn } };
  },
  async delete(context) {
    const days = context.inputs.number("recoveryWindowInDays") ?? RECOVERY_DAYS;
    if (days === 0) return;
    const name = context.state.stringOr("name", "");
    await context.keep("secret", name, { arn: context.id }, new Date(Date.now() + days * DAY_MS));
  },
});

const secretVersion = defineResource({
  type: VERSION,
  service: "Secrets Manager",
  operations: {
    create: "PutSecretValue",
    read: "GetSecretValue",
    update: "UpdateSecretVersionStage",
    delete: "UpdateSecretVersionStage",
  },
  required: ["secretId"],
  check: (inputs) =>
    inputs.has("secretString") || inputs.has("secretBinary") || inputs.has("secretStringWo")
      ? []
      : [{ property: "secretString", reason: "one of `secretString`, `secretBinary` must be specified" }],
  computed: ["arn", "versionId", "versionStages", "hasSecretStringWo"],
  secrets: ["secretString", "secretBinary", "secretStringWo"],
  replaces: ["secretId", "secretString", "secretBinary", "secretStringWoVersion"],
  references: [
    { property: "secretId", to: [SECRET], by: ["id", "name"], missing: SECRET_MISSING, onDelete: "cascade" },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  async create(context) {
    const arn = await secretArn(context, "secretId");
    const versionId = context.uuid();
    for (const former of await context.list(VERSION, { arn })) {
      const stages = stagesOf(former.state.versionStages);
      const kept = stages.includes("AWSCURRENT") ? ["AWSPREVIOUS"] : [];
      await context.patch(VERSION, former.id, { versionStages: kept });
    }
    return {
      id: `${arn}|${versionId}`,
      arn,
      outputs: { arn, versionId, versionStages: ["AWSCURRENT"], hasSecretStringWo: false },
    };
  },
});

const secretPolicy = defineResource({
  type: "aws:secretsmanager/secretPolicy:SecretPolicy",
  service: "Secrets Manager",
  operations: {
    create: "PutResourcePolicy",
    read: "GetResourcePolicy",
    update: "PutResourcePolicy",
    delete: "DeleteResourcePolicy",
  },
  required: ["secretArn", "policy"],
  json: ["policy"],
  computed: [],
  replaces: ["secretArn"],
  references: [{ property: "secretArn", to: [SECRET], missing: SECRET_MISSING, onDelete: "cascade" }],
  create(context) {
    const id = context.inputs.stringOr("secretArn", "");
    return { id, arn: id, outputs: {} };
  },
});

const secretRotation = defineResource({
  type: "aws:secretsmanager/secretRotation:SecretRotation",
  service: "Secrets Manager",
  operations: {
    create: "RotateSecret",
    read: "DescribeSecret",
    update: "RotateSecret",
    delete: "CancelRotateSecret",
  },
  required: ["secretId", "rotationRules"],
  computed: ["rotationEnabled"],
  replaces: ["secretId"],
  references: [{ property: "secretId", to: [SECRET], missing: SECRET_MISSING, onDelete: "cascade" }],
  create(context) {
    const id = context.inputs.stringOr("secretId", "");
    return { id, arn: id, outputs: { rotationEnabled: true } };
  },
});

const getSecret = defineInvoke({
  token: "aws:secretsmanager/getSecret:getSecret",
  service: "Secrets Manager",
  operation: "DescribeSecret",
  async invoke(context) {
    const wanted = context.inputs.string("arn") ?? context.inputs.stringOr("name", "");
    const found = await find(context, wanted);
    return { ...found.state, id: found.id, lastChangedDate: "", createdDate: "" };
  },
});

const getSecretVersion = defineInvoke({
  token: "aws:secretsmanager/getSecretVersion:getSecretVersion",
  service: "Secrets Manager",
  operation: "GetSecretValue",
  secrets: ["secretString", "secretBinary"],
  async invoke(context) {
    const found = await find(context, context.inputs.stringOr("secretId", ""));
    const version = await current(context, found.id, context.inputs);
    return {
      id: `${found.id}|${version.stringOr("versionId", "")}`,
      arn: found.id,
      createdDate: "",
      secretBinary: version.stringOr("secretBinary", ""),
      secretString: version.stringOr("secretString", ""),
      versionId: version.stringOr("versionId", ""),
      versionStage: "AWSCURRENT",
      versionStages: version.strings("versionStages"),
    };
  },
});

/** Secrets Manager. */
export const secretsmanager: Catalog = {
  resources: [secret, secretVersion, secretPolicy, secretRotation],
  invokes: [getSecret, getSecretVersion],
};

type Finder = Pick<Context, "find" | "list">;

async function find(context: Finder, idOrName: string): ReturnType<Context["get"]> {
  const found = (await context.find(SECRET, idOrName)) ?? (await context.find(SECRET, idOrName, "name"));
  if (found === undefined) throw new AwsError(SECRET_MISSING.code, SECRET_MISSING.message(idOrName));
  return found;
}

async function current(context: Finder, arn: string, asked: Properties): Promise<Properties> {
  const stage = asked.stringOr("versionStage", "AWSCURRENT");
  const versionId = asked.string("versionId");
  const versions = (await context.list(VERSION, { arn })).map((version) => new Properties(version.state));
  const found = versions.find((version) =>
    versionId === undefined
      ? version.strings("versionStages").includes(stage)
      : version.string("versionId") === versionId,
  );
  if (found === undefined) {
    throw new AwsError(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
    );
  }
  return found;
}

async function secretArn(context: Context, property: string): Promise<string> {
  return (await find(context, context.inputs.stringOr(property, ""))).id;
}

function stagesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((stage) => typeof stage === "string") : [];
}
