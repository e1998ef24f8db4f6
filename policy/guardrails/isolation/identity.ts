import { tenantBoundaryName } from "../../../components/rules/boundary-name";
import { resourcePolicy } from "../define";
import { at, has, record, text } from "../properties";
import { allowancesOf, strings } from "./policy-document";

/** An IAM policy of an account of ours; AWS's own are of the account `aws`. */
const OWN_POLICY = /^arn:[^:]+:iam::\d{12}:policy\/(?<name>.+)$/;

/** A cell's name, as it stands inside other names. */
const ANY_CELL = "<cell>";

/** A tenant's roles cannot outgrow the cell's permissions boundary, whatever policies are attached later. */
export const tenantRoleBounded = resourcePolicy({
  name: "tenant-role-bounded",
  description: "Every IAM role and user of a tenant's stack carries the cell's permissions boundary.",
  severity: "critical",
  remediationSteps: "Set permissionsBoundary to the cell's permissionsBoundaryArn.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
  types: ["aws:iam/role:Role", "aws:iam/user:User"],
  *check({ props, owner }) {
    if (owner.tenant === undefined) return;
    const expected = tenantBoundaryName(text(props, "tags.cell") ?? ANY_CELL);
    if (!has(props, "permissionsBoundary")) {
      yield `permissionsBoundary: missing; expected the cell's policy ${expected}`;
      return;
    }
    const boundary = text(props, "permissionsBoundary") ?? "";
    const name = OWN_POLICY.exec(boundary)?.groups?.["name"] ?? "";
    if (!matches(name, expected)) {
      yield `permissionsBoundary: '${boundary}'; expected the cell's policy ${expected}`;
    }
  },
});

/** Whether a name is the expected one, in which the cell may be any. */
function matches(name: string, expected: string): boolean {
  const [before = "", after] = expected.split(ANY_CELL);
  return after === undefined ? name === expected : name.startsWith(before) && name.endsWith(after);
}

/** What the session tags of EKS Pod Identity are called in a condition. */
const NAMESPACE_CONDITION = "aws:RequestTag/kubernetes-namespace";

/** Who takes on the roles of pods. */
const POD_IDENTITY = "pods.eks.amazonaws.com";

function trustsPodIdentityOnly(statement: unknown): boolean {
  const principals = record(statement, "Principal");
  const services = strings(principals["Service"]);
  return Object.keys(principals).length === 1 && services.length === 1 && services[0] === POD_IDENTITY;
}

/** A role that pods take on says of which namespace: else any namespace of the cluster could be given it. */
export const podRoleScoped = resourcePolicy({
  name: "pod-role-scoped",
  description: "A tenant's role trusts EKS Pod Identity alone, and for the tenant's own namespace only.",
  severity: "critical",
  remediationSteps: `Trust the service ${POD_IDENTITY} with the condition StringEquals ${NAMESPACE_CONDITION}.`,
  url: "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html",
  types: ["aws:iam/role:Role"],
  *check({ props, owner }) {
    if (owner.tenant === undefined) return;
    for (const statement of allowancesOf(props["assumeRolePolicy"])) {
      if (!trustsPodIdentityOnly(statement)) {
        const principal = at(statement, "Principal") ?? "everybody but some";
        yield `assumeRolePolicy: trusts ${JSON.stringify(principal)}; expected the service ${POD_IDENTITY} alone`;
      }
      const namespaces = strings(record(statement, "Condition.StringEquals")[NAMESPACE_CONDITION]);
      if (namespaces.length !== 1 || namespaces[0] !== owner.tenant) {
        yield `assumeRolePolicy: StringEquals ${NAMESPACE_CONDITION} is ${namespaces.join(", ") || "not set"}; expected '${owner.tenant}'`;
      }
    }
  },
});
