import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CellNetwork } from "../cell";
import { podsOf, tenantLabels } from "../rules/labels";
import { GATEWAY_PORT, SERVICE_PORT } from "./ports";

/** What a tenant's network policies depend on. */
export interface NetworkPolicyArgs {
  readonly tenantId: string;
  readonly namespace: string;
  readonly network: Pick<CellNetwork, "cidr" | "publicSubnetCidrs" | "databaseSubnetCidrs">;
  /** TCP port of the tenant's database. */
  readonly databasePort: number;
}

/** One policy: its name in the namespace and its spec. */
export interface PolicySpec {
  readonly name: string;
  readonly spec: kubernetes.types.input.networking.v1.NetworkPolicySpec;
}

/**
 * Address of the EKS Pod Identity agent on every node.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 */
const POD_IDENTITY_AGENT = { cidr: "169.254.170.23/32", port: 80 };

/**
 * Ranges that never belong to an AWS service's public endpoint: private networks (RFC 1918), carrier-grade NAT
 * (RFC 6598, which EKS uses for secondary pod ranges), loopback and link-local (RFC 3927, the instance metadata service).
 */
const NOT_PUBLIC = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
];

/**
 * What may pass in a tenant's namespace. Everything is closed both ways first; then only this is open:
 *
 * - every pod asks the cluster's DNS;
 * - load balancers, from the public subnets, reach the gateway;
 * - the gateway reaches the services, on the port their containers listen on (the VPC CNI wants service and container
 *   ports to be the same);
 * - the services reach the database subnets on the engine's port, the Pod Identity agent, and AWS's public endpoints
 *   through the NAT gateways. Private ranges are taken out of the last, because a range that holds other tenants'
 *   pods would open what the closed selector denies.
 *
 * Services do not reach each other; what one needs of another goes through the database or the gateway.
 */
export function networkPolicySpecs(args: NetworkPolicyArgs): PolicySpec[] {
  const { network } = args;
  return [
    { name: "default-deny", spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
    {
      name: "dns",
      spec: {
        podSelector: {},
        policyTypes: ["Egress"],
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
                podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
              },
            ],
            ports: [
              { protocol: "UDP", port: 53 },
              { protocol: "TCP", port: 53 },
            ],
          },
        ],
      },
    },
    {
      name: "gateway",
      spec: {
        podSelector: podsOf("gateway"),
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          {
            from: network.publicSubnetCidrs.map((cidr) => ({ ipBlock: { cidr } })),
            ports: [{ protocol: "TCP", port: GATEWAY_PORT }],
          },
        ],
        egress: [
          { to: [{ podSelector: podsOf("service") }], ports: [{ protocol: "TCP", port: SERVICE_PORT }] },
        ],
      },
    },
    {
      name: "services",
      spec: {
        podSelector: podsOf("service"),
        policyTypes: ["Ingress", "Egress"],
        ingress: [
          { from: [{ podSelector: podsOf("gateway") }], ports: [{ protocol: "TCP", port: SERVICE_PORT }] },
        ],
        egress: [
          {
            to: network.databaseSubnetCidrs.map((cidr) => ({ ipBlock: { cidr } })),
            ports: [{ protocol: "TCP", port: args.databasePort }],
          },
          {
            to: [{ ipBlock: { cidr: POD_IDENTITY_AGENT.cidr } }],
            ports: [{ protocol: "TCP", port: POD_IDENTITY_AGENT.port }],
          },
          {
            to: [{ ipBlock: { cidr: "0.0.0.0/0", except: publicExceptions(network.cidr) } }],
            ports: [{ protocol: "TCP", port: 443 }],
          },
        ],
      },
    },
  ];
}

function publicExceptions(vpcCidr: string): string[] {
  return NOT_PUBLIC.includes(vpcCidr) ? NOT_PUBLIC : [...NOT_PUBLIC, vpcCidr];
}

/** Makes a tenant's network policies. */
export function createNetworkPolicies(
  name: string,
  args: NetworkPolicyArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return networkPolicySpecs(args).map(
    (policy) =>
      new kubernetes.networking.v1.NetworkPolicy(
        `${name}-${policy.name}`,
        {
          metadata: { name: policy.name, namespace: args.namespace, labels: tenantLabels(args.tenantId) },
          spec: policy.spec,
        },
        opts,
      ),
  );
}
