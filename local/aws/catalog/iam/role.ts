import { defineResource, type Context } from "../../framework";
import { parseDocument, refuseTrust } from "./documents";
import {
  alreadyExists,
  checkName,
  checkPath,
  deleteConflict,
  limitExceeded,
  policyReference,
} from "./shared";

/** Characters of a trust policy (IAM quotas; up to 4,096 on request). */
const TRUST_POLICY_SIZE = { quota: "ACLSizePerRole", limit: 2_048 };

const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const INLINE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const PROFILE = "aws:iam/instanceProfile:InstanceProfile";

/** A role that services, pods or people take on. */
export const role = defineResource({
  type: "aws:iam/role:Role",
  service: "IAM",
  operations: {
    create: "CreateRole",
    read: "GetRole",
    update: "UpdateAssumeRolePolicy",
    delete: "DeleteRole",
  },
  global: true,
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 64 },
  required: ["assumeRolePolicy"],
  json: ["assumeRolePolicy"],
  check(inputs) {
    const seconds = inputs.number("maxSessionDuration");
    return [
      ...checkName(inputs, 64),
      ...checkPath(inputs),
      ...(seconds === undefined || (seconds >= 3_600 && seconds <= 43_200)
        ? []
        : [{ property: "maxSessionDuration", reason: `${seconds} is out of range; expected 3600 to 43200` }]),
      ...["inlinePolicies", "managedPolicyArns"]
        .filter((property) => inputs.has(property))
        .map((property) => ({
          property,
          reason: "is deprecated and not simulated; use aws.iam.RolePolicy or RolePolicyAttachment",
        })),
    ];
  },
  defaults: () => ({
    path: "/",
    description: "",
    maxSessionDuration: 3_600,
    forceDetachPolicies: false,
    namePrefix: "",
    permissionsBoundary: "",
  }),
  computed: ["arn", "createDate", "uniqueId", "inlinePolicies", "managedPolicyArns"],
  replaces: ["name", "namePrefix", "path"],
  references: [policyReference("permissionsBoundary")],
  unique: [{ key: (context) => context.inputs.string("name")?.toLowerCase(), taken: alreadyExists("Role") }],
  quotas: [{ key: "iam.roles", limit: 1_000, exceeded: limitExceeded("RolesPerAccount") }],
  latency: { create: 1, update: 1, delete: 1 },
  async create(context) {
    await refuseTrustPolicy(context);
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("iam", `role${context.inputs.stringOr("path", "/")}${name}`, { region: "" });
    return {
      id: name,
      arn,
      outputs: {
        arn,
        createDate: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
        uniqueId: `AROA${context.letters(17)}`,
        inlinePolicies: [],
        managedPolicyArns: [],
      },
    };
  },
  async update(context) {
    await refuseTrustPolicy(context);
    return {};
  },
  async delete(context) {
    await leaveProfiles(context);
    await detach(context);
  },
});

async function refuseTrustPolicy(context: Context): Promise<void> {
  const text = context.inputs.stringOr("assumeRolePolicy", "");
  await refuseTrust(context, parseDocument(text, TRUST_POLICY_SIZE));
}

/** The official provider takes a role out of instance profiles before it deletes it. */
async function leaveProfiles(context: Context): Promise<void> {
  for (const profile of await context.list(PROFILE, { role: context.id })) {
    await context.patch(PROFILE, profile.id, { role: "" });
  }
}

async function detach(context: Context): Promise<void> {
  const attached = await context.list(ATTACHMENT, { role: context.id });
  const inline = await context.list(INLINE_POLICY, { role: context.id });
  if (!context.state.flag("forceDetachPolicies")) {
    if (attached.length > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
    if (inline.length > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
  }
  for (const { type, id } of [...attached, ...inline]) await context.remove(type, id);
}
