import { resourcePolicy } from "../define";
import { at, has, list, text, type Properties } from "../properties";
import { allowancesOf, hasWildcard, strings } from "./policy-document";

/** Where each type keeps the documents that it grants. */
const DOCUMENTS: Readonly<Record<string, (props: Properties) => readonly [string, unknown][]>> = {
  "aws:iam/policy:Policy": ownDocument,
  "aws:iam/rolePolicy:RolePolicy": ownDocument,
  "aws:iam/userPolicy:UserPolicy": ownDocument,
  "aws:iam/groupPolicy:GroupPolicy": ownDocument,
  "aws:iam/role:Role": (props) =>
    list(props, "inlinePolicies").map((inline, index) => [
      `inlinePolicies[${index}]`,
      at(inline, "policy") ?? {},
    ]),
};

function ownDocument(props: Properties): readonly [string, unknown][] {
  return [["policy", props["policy"]]];
}

/** The parts of an ARN before its resource: `arn`, partition, service, region, account. */
const ARN_HEAD = 5;

/**
 * Whether a resource of a policy can be another tenant's: it is no ARN, or it has a wildcard before, or in the same
 * word as, the tenant's id.
 */
function spansTenants(resource: string, tenant: string): boolean {
  const parts = resource.split(":");
  if (parts.length <= ARN_HEAD || parts[0] !== "arn") return true;
  if (parts.slice(0, ARN_HEAD).some(hasWildcard)) return true;
  const path = parts.slice(ARN_HEAD).join(":");
  if (!hasWildcard(path)) return false;
  const wordsBefore = path.slice(0, path.search(/[*?]/)).split(/[:/]/).slice(0, -1);
  return !wordsBefore.includes(tenant);
}

/** A tenant's policy names the actions and the resources it is about. */
export const tenantPolicyNarrow = resourcePolicy({
  name: "tenant-policy-narrow",
  description:
    "A tenant's IAM policies name actions without wildcards, on resources no other tenant can have.",
  severity: "critical",
  remediationSteps: "Name the actions, and the tenant's own resources by ARN.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
  types: Object.keys(DOCUMENTS),
  *check({ type, props, owner }) {
    const { tenant } = owner;
    if (tenant === undefined) return;
    for (const [where, document] of DOCUMENTS[type]?.(props) ?? []) {
      for (const statement of allowancesOf(document)) {
        if (has(statement, "NotAction") || has(statement, "NotResource")) {
          yield `${where}: allows by NotAction or NotResource; expected a list of what is allowed`;
        }
        const actions = strings(at(statement, "Action"));
        for (const action of actions.filter(hasWildcard)) {
          yield `${where}: allows '${action}'; expected actions by name`;
        }
        for (const resource of strings(at(statement, "Resource"))) {
          if (!spansTenants(resource, tenant)) continue;
          yield `${where}: allows ${actions.join(", ")} on '${resource}'; expected an ARN without wildcards, or with '${tenant}' before them`;
        }
      }
    }
  },
});

/** The ARNs of the policies that a resource attaches to a principal. */
function attachedPolicies(props: Properties): readonly string[] {
  return [
    ...strings(text(props, "policyArn")),
    ...strings(list(props, "policyArns")),
    ...strings(list(props, "managedPolicyArns")),
  ];
}

/** The types that attach policies, one by one or all of a principal's. */
const ATTACHING = /^aws:iam\/(role:Role|(role|user|group)?(Policy|policy)Attachment(sExclusive)?:.*)$/;

/** What AWS keeps in a policy grows without a word, and names every resource of the account. */
export const tenantNoAwsPolicies = resourcePolicy({
  name: "tenant-holds-no-aws-managed-policy",
  description: "No role of a tenant's stack holds a policy that AWS manages, as those name every resource.",
  severity: "critical",
  remediationSteps: "Give the role a policy of its own that names the tenant's resources.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
  types: (type) => ATTACHING.test(type),
  *check({ props, owner }) {
    if (owner.tenant === undefined) return;
    for (const arn of attachedPolicies(props)) {
      if (/^arn:[^:]*:iam::aws:/.test(arn))
        yield `policyArn: '${arn}'; expected a policy of the tenant's own stack`;
    }
  },
});

/** The policies of AWS that give a principal the account. */
const ADMINISTRATIVE = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

/** Nobody in the platform holds the account. */
export const noAdministrators = resourcePolicy({
  name: "no-administrators",
  description: "No role, user or group holds AdministratorAccess, PowerUserAccess or IAMFullAccess.",
  severity: "critical",
  remediationSteps: "Attach a policy that names what the role needs.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
  types: (type) => ATTACHING.test(type),
  *check({ props }) {
    for (const arn of attachedPolicies(props)) {
      if (ADMINISTRATIVE.test(arn))
        yield `policyArn: '${arn}'; expected a policy that names what the role needs`;
    }
  },
});
