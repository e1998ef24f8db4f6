import { AuthorizationV1Api } from "@kubernetes/client-node";
import { kubernetesOf } from "../cells";
import type { Tenant } from "../registry";
import { PASSED, bothWays, failed } from "./probe";

/** What nobody of one tenant must do in the namespace of another. */
const FORBIDDEN = [
  { verb: "get", resource: "secrets" },
  { verb: "list", resource: "secrets" },
  { verb: "list", resource: "pods" },
  { verb: "create", resource: "pods" },
  { verb: "create", resource: "pods", subresource: "exec" },
  { verb: "list", resource: "configmaps" },
  { verb: "create", resource: "serviceaccounts", subresource: "token" },
] as const;

/** Who acts in a tenant's name: its pods, and the people who operate its services. */
function subjectsOf({ id, facts }: Tenant) {
  return [
    {
      who: "pods",
      user: `system:serviceaccount:${id}:services`,
      groups: ["system:serviceaccounts", `system:serviceaccounts:${id}`, "system:authenticated"],
    },
    {
      who: "operators",
      user: "tenantry:probe",
      groups: [facts.operatorsGroup ?? `tenantry:${id}:operators`, "system:authenticated"],
    },
  ];
}

/** Neither pods nor operators of one may do anything in the namespace of the other. The cluster's own authorizer is asked. */
export const namespacesRefuse = bothWays("namespace", async ({ from, to, words }, { cells, tenant }) => {
  const api = (await kubernetesOf(cells, tenant.spec.cell)).makeApiClient(AuthorizationV1Api);
  for (const { who, ...subject } of subjectsOf(from)) {
    for (const attributes of FORBIDDEN) {
      const { status } = await api.createSubjectAccessReview({
        body: { spec: { ...subject, resourceAttributes: { namespace: to.id, ...attributes } } },
      });
      if (status?.allowed !== true) continue;
      const { verb, resource } = attributes;
      const what = "subresource" in attributes ? `${resource}/${attributes.subresource}` : resource;
      return failed(`${words.from} ${who} may ${verb} ${what} in ${words.to} namespace`);
    }
  }
  return PASSED;
});
