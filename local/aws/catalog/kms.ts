import { AwsError, defineResource, type Catalog, type Context } from "../framework";
import { notFound } from "./references";

const DAY_MS = 86_400_000;

/** A customer managed key. Its deletion only schedules the real one, as in AWS. */
const key = defineResource({
  type: "aws:kms/key:Key",
  service: "KMS",
  operations: {
    create: "CreateKey",
    read: "DescribeKey",
    update: "PutKeyPolicy",
    delete: "ScheduleKeyDeletion",
  },
  taggable: true,
  json: ["policy"],
  check(inputs) {
    const days = inputs.number("deletionWindowInDays");
    const rotation = inputs.number("rotationPeriodInDays");
    return [
      ...(days !== undefined && (days < 7 || days > 30)
        ? [{ property: "deletionWindowInDays", reason: `${days} is out of range; expected 7 to 30` }]
        : []),
      ...(rotation !== undefined && (rotation < 90 || rotation > 2560)
        ? [{ property: "rotationPeriodInDays", reason: `${rotation} is out of range; expected 90 to 2560` }]
        : []),
    ];
  },
  defaults: (inputs) => ({
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    keyUsage: "ENCRYPT_DECRYPT",
    isEnabled: true,
    enableKeyRotation: false,
    multiRegion: false,
    bypassPolicyLockoutSafetyCheck: false,
    ...(inputs.flag("enableKeyRotation") ? { rotationPeriodInDays: 365 } : {}),
  }),
  computed: ["arn", "keyId", "description", "policy"],
  replaces: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
  quotas: [
    {
      key: "kms.keys",
      limit: 100_000,
      exceeded: { code: "LimitExceededException", message: () => "You have reached the limit of KMS keys." },
    },
  ],
  latency: { create: 8, update: 5, delete: 1 },
  create(context) {
    const id = context.inputs.flag("multiRegion") ? `mrk-${context.hex(32)}` : context.uuid();
    const arn = context.arn("kms", `key/${id}`);
    refuseLockout(context);
    return {
      id,
      arn,
      outputs: { arn, keyId: id, description: "Managed by Pulumi", policy: defaultPolicy(context) },
    };
  },
  update(context) {
    refuseLockout(context);
    return {};
  },
  async delete(context) {
    const days = context.inputs.number("deletionWindowInDays") ?? 30;
    const arn = context.state.stringOr("arn", "");
    await context.keep("kms-key", context.id, { arn }, new Date(Date.now() + days * DAY_MS));
  },
});

/** A friendlier name of a key. */
const alias = defineResource({
  type: "aws:kms/alias:Alias",
  service: "KMS",
  operations: { create: "CreateAlias", read: "ListAliases", update: "UpdateAlias", delete: "DeleteAlias" },
  autoname: {
    property: "name",
    prefixProperty: "namePrefix",
    maxLength: 256,
    transform: (name) => (name.startsWith("alias/") ? name : `alias/${name}`),
  },
  required: ["targetKeyId"],
  check(inputs) {
    const name = inputs.string("name");
    if (name === undefined) return [];
    if (name.startsWith("alias/aws/")) {
      return [{ property: "name", reason: `"${name}" is in AWS's own name space alias/aws/` }];
    }
    return /^alias\/[a-zA-Z0-9/_-]+$/.test(name)
      ? []
      : [
          {
            property: "name",
            reason: `"${name}" must begin with alias/ and hold only letters, digits, / _ and -`,
          },
        ];
  },
  computed: ["arn", "targetKeyArn"],
  volatile: ["targetKeyArn"],
  replaces: ["name", "namePrefix"],
  references: [
    {
      property: "targetKeyId",
      to: ["aws:kms/key:Key"],
      by: ["id", "arn"],
      missing: notFound("NotFoundException", (id) => `Key '${id}' does not exist`),
      onDelete: "cascade",
    },
  ],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "AlreadyExistsException",
        message: (name) => `An alias with the name ${name} already exists`,
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  create(context) {
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("kms", name);
    return { id: name, arn, outputs: { arn, targetKeyArn: targetArn(context) } };
  },
  update(context) {
    return { targetKeyArn: targetArn(context) };
  },
});

/** Key Management Service. */
export const kms: Catalog = { resources: [key, alias] };

function targetArn(context: Context): string {
  const target = context.inputs.stringOr("targetKeyId", "");
  return target.startsWith("arn:") ? target : context.arn("kms", `key/${target}`);
}

function defaultPolicy(context: Context): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: context.arn("iam", "root", { region: "" }) },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });
}

/** KMS refuses a policy after which nobody could change it any more. */
function refuseLockout(context: Context): void {
  const policy = context.inputs.string("policy");
  if (policy === undefined || context.inputs.flag("bypassPolicyLockoutSafetyCheck")) return;
  if (!/kms:(\*|Put\*|PutKeyPolicy)/.test(policy)) {
    throw new AwsError(
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    );
  }
}
