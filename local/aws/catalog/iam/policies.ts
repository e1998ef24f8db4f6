import { AwsError, defineResource, type Context } from "../../framework";
import { parseDocument, policySize } from "./documents";
import {
  alreadyExists,
  checkName,
  checkPath,
  limitExceeded,
  policyReference,
  roleNameReference,
} from "./shared";

/** Characters of a managed policy (IAM quotas, not adjustable). */
const MANAGED_POLICY_SIZE = { quota: "PolicySize", limit: 6_144 };

/** Characters of all inline policies of a role together (IAM quotas, not adjustable). */
const INLINE_POLICY_SIZE = { quota: "MaximumPolicySizeForRole", limit: 10_240 };

const INLINE_POLICY = "aws:iam/rolePolicy:RolePolicy";

/** A managed policy of the account's own. */
export const policy = defineResource({
  type: "aws:iam/policy:Policy",
  service: "IAM",
  operations: {
    create: "CreatePolicy",
    read: "GetPolicy",
    update: "CreatePolicyVersion",
    delete: "DeletePolicy",
  },
  global: true,
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 128 },
  required: ["policy"],
  json: ["policy"],
  check: (inputs) => [...checkName(inputs, 128), ...checkPath(inputs)],
  defaults: () => ({ path: "/", description: "", namePrefix: "" }),
  computed: ["arn", "policyId", "attachmentCount"],
  replaces: ["name", "namePrefix", "path", "description"],
  unique: [
    { key: (context) => context.inputs.string("name")?.toLowerCase(), taken: alreadyExists("A policy") },
  ],
  quotas: [{ key: "iam.policies", limit: 1_500, exceeded: limitExceeded("PoliciesPerAccount") }],
  latency: { create: 1, update: 1, delete: 1 },
  inUse: {
    code: "DeleteConflict",
    message: () => "Cannot delete a policy attached to entities.",
    status: 409,
  },
  create(context) {
    parseDocument(context.inputs.stringOr("policy", ""), MANAGED_POLICY_SIZE);
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("iam", `policy${context.inputs.stringOr("path", "/")}${name}`, { region: "" });
    return { id: arn, arn, outputs: { arn, policyId: `ANPA${context.letters(17)}`, attachmentCount: 0 } };
  },
  update(context) {
    parseDocument(context.inputs.stringOr("policy", ""), MANAGED_POLICY_SIZE);
    return {};
  },
});

/** A policy that is part of one role. */
export const rolePolicy = defineResource({
  type: INLINE_POLICY,
  service: "IAM",
  operations: {
    create: "PutRolePolicy",
    read: "GetRolePolicy",
    update: "PutRolePolicy",
    delete: "DeleteRolePolicy",
  },
  global: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 128 },
  required: ["policy", "role"],
  json: ["policy"],
  check: (inputs) => checkName(inputs, 128),
  defaults: () => ({ namePrefix: "" }),
  computed: [],
  replaces: ["name", "namePrefix", "role"],
  puts: true,
  references: [roleNameReference("role", "ignore")],
  latency: { create: 1, update: 1, delete: 1 },
  async create(context) {
    await refuseInline(context);
    const id = `${context.inputs.stringOr("role", "")}:${context.inputs.stringOr("name", "")}`;
    return { id, arn: "", outputs: {} };
  },
  async update(context) {
    await refuseInline(context);
    return {};
  },
});

/** A managed policy's hold on a role. */
export const rolePolicyAttachment = defineResource({
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  service: "IAM",
  operations: { create: "AttachRolePolicy", read: "ListAttachedRolePolicies", delete: "DetachRolePolicy" },
  global: true,
  required: ["policyArn", "role"],
  computed: [],
  replaces: ["policyArn", "role"],
  puts: true,
  references: [roleNameReference("role", "ignore"), policyReference("policyArn")],
  quotas: [
    { key: "iam.policiesPerRole", limit: 10, per: ["role"], exceeded: limitExceeded("PoliciesPerRole") },
  ],
  latency: { create: 1, delete: 1 },
  create(context) {
    const stamp = new Date().toISOString().replace(/\D/g, "").slice(0, 16);
    return { id: `${context.inputs.stringOr("role", "")}-${stamp}${context.hex(10)}`, arn: "", outputs: {} };
  },
});

async function refuseInline(context: Context): Promise<void> {
  const text = context.inputs.stringOr("policy", "");
  const statements = parseDocument(text, INLINE_POLICY_SIZE);
  if (statements.some((statement) => "Principal" in statement))
    throw new AwsError("MalformedPolicyDocument", "Policy document should not specify a principal.");
  const others = await context.list(INLINE_POLICY, { role: context.inputs.stringOr("role", "") });
  const sizes = others
    .filter((other) => other.id !== context.id)
    .map((other) => (typeof other.state.policy === "string" ? policySize(other.state.policy) : 0));
  const total = sizes.reduce((sum, size) => sum + size, policySize(text));
  if (total > INLINE_POLICY_SIZE.limit) {
    const refusal = limitExceeded("MaximumPolicySizeForRole");
    throw new AwsError(refusal.code, refusal.message(String(INLINE_POLICY_SIZE.limit)), refusal.status);
  }
}
