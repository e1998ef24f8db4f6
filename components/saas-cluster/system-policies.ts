import * as kubernetes from "@pulumi/kubernetes";
import type * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";

/** CoreDNS's pods. */
const DNS = { "k8s-app": "kube-dns" };

const ASK_DNS = [
  { protocol: "UDP", port: 53 },
  { protocol: "TCP", port: 53 },
];

/**
 * What may pass in `kube-system`. The VPC CNI denies everything to a pod that no policy selects (its strict mode), so
 * the cluster's own pods need policies as well; pods in the host's network, as the Pod Identity agent, are not judged.
 * Kubelets reach the pods of their own node whatever a policy says.
 * Sources: https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html,
 * https://github.com/aws/aws-network-policy-agent/pull/65
 */
const POLICIES: readonly { name: string; spec: kubernetes.types.input.networking.v1.NetworkPolicySpec }[] = [
  {
    // Everybody asks it; it asks the Kubernetes API and the VPC's resolver.
    name: "dns",
    spec: {
      podSelector: { matchLabels: DNS },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: ASK_DNS }],
      egress: [{ ports: [...ASK_DNS, { protocol: "TCP", port: 443 }] }],
    },
  },
  {
    // The control plane reaches the others, from addresses that no selector names, and they reach it, kubelets and
    // AWS. Tenants reach none of them: their own policies let them ask DNS, and nothing else of this namespace.
    name: "add-ons",
    spec: {
      podSelector: {
        matchExpressions: [{ key: "k8s-app", operator: "NotIn", values: Object.values(DNS) }],
      },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{}],
      egress: [{}],
    },
  },
];

/** Makes the network policies of the cluster's own pods. */
export function createSystemPolicies(
  name: string,
  cluster: eks.Cluster,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const provider = new kubernetes.Provider(
    name,
    { kubeconfig: pulumi.secret(cluster.kubeconfigJson), clusterIdentifier: cluster.eksCluster.arn },
    opts,
  );
  return POLICIES.map(
    (policy) =>
      new kubernetes.networking.v1.NetworkPolicy(
        `${name}-${policy.name}`,
        { metadata: { name: policy.name, namespace: "kube-system" }, spec: policy.spec },
        { ...opts, provider },
      ),
  );
}
