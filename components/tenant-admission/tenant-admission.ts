import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { MANAGED_BY } from "../rules/tags";
import { POD_PLACEMENT, podPlacement } from "./pod-placement";

/** Arguments of {@link TenantAdmission}. */
export interface TenantAdmissionArgs {
  /** Kubeconfig of the cell's cluster, as JSON text. */
  readonly kubeconfig: pulumi.Input<string>;
  /** ARN of the cluster. A change makes the policies anew. */
  readonly clusterArn: pulumi.Input<string>;
}

/**
 * What the API server of a cell refuses in every tenant's namespace, whoever asks: pods anywhere but on the tenants'
 * nodes. A namespace is a tenant's by its label, which no tenant can change.
 *
 * Makes its own Kubernetes provider, so that it is never another cluster's.
 *
 * ### Cost
 * None.
 */
export class TenantAdmission extends pulumi.ComponentResource {
  constructor(name: string, args: TenantAdmissionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tenantry:index:TenantAdmission", name, {}, opts);
    const provider = new kubernetes.Provider(
      `${name}-kubernetes`,
      { kubeconfig: pulumi.secret(args.kubeconfig), clusterIdentifier: args.clusterArn },
      { parent: this },
    );
    const own = { parent: this, provider };
    const metadata = { name: POD_PLACEMENT, labels: { "app.kubernetes.io/managed-by": MANAGED_BY } };
    const policy = new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicy(
      `${name}-pod-placement`,
      { metadata, spec: podPlacement },
      own,
    );
    new kubernetes.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
      `${name}-pod-placement`,
      { metadata, spec: { policyName: POD_PLACEMENT, validationActions: ["Deny"] } },
      { ...own, dependsOn: [policy] },
    );
    this.registerOutputs({});
  }
}
