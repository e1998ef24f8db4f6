import { resourcePolicy } from "../define";
import { at, has, list, record, text } from "../properties";

/** The statements of an IAM policy document given as JSON text or as an object. */
export function statementsOf(document: unknown): readonly unknown[] {
  const parsed: unknown = typeof document === "string" ? JSON.parse(document) : document;
  const statements = at(parsed, "Statement");
  if (Array.isArray(statements)) return statements as readonly unknown[];
  return statements === undefined ? [] : [statements];
}

function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}

/** A tenant's roles cannot outgrow the cell's permissions boundary, whatever policies are attached later. */
export const tenantRoleBounded = resourcePolicy({
  name: "tenant-role-bounded",
  description: "Every IAM role of a tenant's stack carries a permissions boundary.",
  severity: "critical",
  remediationSteps: "Set permissionsBoundary to the cell's permissionsBoundaryArn.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
  types: ["aws:iam/role:Role"],
  *check({ props, owner }) {
    if (owner.tenant !== undefined && !has(props, "permissionsBoundary")) {
      yield "permissionsBoundary: missing; expected the cell's boundary";
    }
  },
});

/** What the session tags of EKS Pod Identity are called in a condition. */
const NAMESPACE_CONDITION = "aws:RequestTag/kubernetes-namespace";

/** A role that pods take on says of which namespace: else any namespace of the cluster could be given it. */
export const podRoleScoped = resourcePolicy({
  name: "pod-role-scoped",
  description: "A tenant's role trusts EKS Pod Identity for its own namespace only.",
  severity: "critical",
  remediationSteps: `Add the condition StringEquals ${NAMESPACE_CONDITION} to the trust policy.`,
  url: "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html",
  types: ["aws:iam/role:Role"],
  *check({ props, owner }) {
    if (owner.tenant === undefined) return;
    for (const statement of statementsOf(props["assumeRolePolicy"])) {
      const principals = record(statement, "Principal");
      if (Object.values(principals).flatMap(strings).includes("*") || at(statement, "Principal") === "*") {
        yield "assumeRolePolicy: trusts everybody; expected one principal";
      }
      if (!strings(principals["Service"]).includes("pods.eks.amazonaws.com")) continue;
      const namespaces = strings(record(statement, "Condition.StringEquals")[NAMESPACE_CONDITION]);
      if (namespaces.length !== 1 || namespaces[0]?.includes("*")) {
        yield `assumeRolePolicy: no StringEquals condition on ${NAMESPACE_CONDITION}; expected the tenant's namespace`;
      }
    }
  },
});

const DOCUMENTS: Readonly<Record<string, string>> = {
  "aws:iam/policy:Policy": "policy",
  "aws:iam/rolePolicy:RolePolicy": "policy",
};

/** A tenant's policy names the actions and the resources it is about. */
export const tenantPolicyNarrow = resourcePolicy({
  name: "tenant-policy-narrow",
  description: "A tenant's IAM policies allow no wildcard action and no action on every resource.",
  severity: "critical",
  remediationSteps: "Name the actions, and the tenant's own resources by ARN.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
  types: Object.keys(DOCUMENTS),
  *check({ type, props, owner }) {
    if (owner.tenant === undefined) return;
    for (const statement of statementsOf(props[DOCUMENTS[type] ?? "policy"])) {
      if (text(statement, "Effect") !== "Allow") continue;
      if (has(statement, "NotAction") || has(statement, "NotResource")) {
        yield "policy: allows by NotAction or NotResource; expected a list of what is allowed";
      }
      for (const action of strings(at(statement, "Action"))) {
        if (action.endsWith("*")) yield `policy: allows '${action}'; expected actions by name`;
      }
      if (strings(at(statement, "Resource")).includes("*")) {
        yield `policy: allows ${strings(at(statement, "Action")).join(", ")} on every resource; expected the tenant's own by ARN`;
      }
    }
  },
});

/** The policies of AWS that give a principal the account. */
const ADMINISTRATIVE = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

/** Nobody in the platform holds the account. */
export const noAdministrators = resourcePolicy({
  name: "no-administrators",
  description: "No role holds AdministratorAccess, PowerUserAccess or IAMFullAccess.",
  severity: "critical",
  remediationSteps: "Attach a policy that names what the role needs.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
  types: ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/role:Role"],
  *check({ props }) {
    const attached = has(props, "policyArn") ? [text(props, "policyArn")] : list(props, "managedPolicyArns");
    for (const arn of strings(attached)) {
      if (ADMINISTRATIVE.test(arn))
        yield `policyArn: '${arn}'; expected a policy that names what the role needs`;
    }
  },
});
