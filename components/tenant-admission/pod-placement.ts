import type * as kubernetes from "@pulumi/kubernetes";
import { NODE_LABEL, TENANT_LABEL, TENANT_NODES } from "../rules/labels";

/** Name of the policy and of its binding; both are the cell's, and stand in no namespace. */
export const POD_PLACEMENT = "tenantry-tenant-pod-placement";

/**
 * Taints that every pod tolerates for a while, by the API server's own doing, so that a node's short absence moves none.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds
 */
const DEFAULT_TOLERATIONS = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/**
 * Where a pod in a tenant's namespace may run, whoever makes it: on the tenants' nodes, which have no taints, and where
 * the scheduler puts it. A pod that named its node, or tolerated any taint, would run among the cluster's own.
 *
 * Pods are judged when they are made. Only the API's own controllers change them later: the operators' role has no
 * right to.
 */
export const podPlacement: kubernetes.types.input.admissionregistration.v1.ValidatingAdmissionPolicySpec = {
  failurePolicy: "Fail",
  matchConstraints: {
    namespaceSelector: { matchExpressions: [{ key: TENANT_LABEL, operator: "Exists" }] },
    resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
  },
  validations: [
    {
      expression: "!has(object.spec.nodeName) || object.spec.nodeName == ''",
      message: "spec.nodeName is set: expected none, as the scheduler chooses a tenant's nodes",
      reason: "Forbidden",
    },
    {
      expression: `has(object.spec.nodeSelector) && '${NODE_LABEL}' in object.spec.nodeSelector && object.spec.nodeSelector['${NODE_LABEL}'] == '${TENANT_NODES}'`,
      message: `spec.nodeSelector lacks '${NODE_LABEL}: ${TENANT_NODES}': expected it, as a tenant's pods run on the tenants' nodes only`,
      reason: "Forbidden",
    },
    {
      expression: `!has(object.spec.tolerations) || object.spec.tolerations.all(t, has(t.key) && t.key in ${JSON.stringify(DEFAULT_TOLERATIONS)} && has(t.effect) && t.effect == 'NoExecute')`,
      message: `spec.tolerations has more than NoExecute of ${DEFAULT_TOLERATIONS.join(" and ")}: expected no other, as the tenants' nodes have no taints`,
      reason: "Forbidden",
    },
  ],
};
