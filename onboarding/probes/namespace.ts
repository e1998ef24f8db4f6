import { AuthorizationV1Api } from "@kubernetes/client-node";
import { kubernetesOf } from "../cells";
import { NO_NEIGHBOUR, PASSED, type Probe, failed } from "./probe";

/** What a tenant must not do in a neighbour's namespace. */
const FORBIDDEN = [
  { verb: "get", resource: "secrets" },
  { verb: "list", resource: "secrets" },
  { verb: "list", resource: "pods" },
  { verb: "create", resource: "pods" },
  { verb: "create", resource: "pods", subresource: "exec" },
  { verb: "list", resource: "configmaps" },
  { verb: "create", resource: "serviceaccounts", subresource: "token" },
] as const;

/** Neither the tenant's pods nor its operators may do anything in a neighbour's namespace. The cluster's own authorizer is asked. */
export const neighboursNamespaceRefuses: Probe = {
  name: "neighbours-namespace-refuses",
  kind: "negative",
  presences: ["serving", "suspended"],
  async run({ tenant, neighbour, cells }) {
    if (neighbour === undefined) return NO_NEIGHBOUR;
    const api = (await kubernetesOf(cells, tenant.spec.cell)).makeApiClient(AuthorizationV1Api);
    const subjects = [
      {
        user: `system:serviceaccount:${tenant.id}:services`,
        groups: ["system:serviceaccounts", `system:serviceaccounts:${tenant.id}`, "system:authenticated"],
      },
      {
        user: "tenantry:probe",
        groups: [tenant.facts.operatorsGroup ?? `tenantry:${tenant.id}:operators`, "system:authenticated"],
      },
    ];
    for (const subject of subjects) {
      for (const attributes of FORBIDDEN) {
        const { status } = await api.createSubjectAccessReview({
          body: { spec: { ...subject, resourceAttributes: { namespace: neighbour.id, ...attributes } } },
        });
        if (status?.allowed === true) {
          const what =
            "subresource" in attributes
              ? `${attributes.resource}/${attributes.subresource}`
              : attributes.resource;
          return failed(`${subject.user} may ${attributes.verb} ${what} in a neighbour's namespace`);
        }
      }
    }
    return PASSED;
  },
};
