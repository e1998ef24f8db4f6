import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation";
import type { Cluster } from "@pulumi/aws/eks/cluster";
import * as pulumi from "@pulumi/pulumi";
import type { Arguments } from "../components/arguments";
import type { ClusterArguments } from "./arguments";

const ENTRY = ["accessPolicies", "kubernetesGroups", "principalArn", "tags", "type", "username"];
const POLICY = ["accessScope", "policyArn"];

/** Makes the access entries: one for the nodes' role, and those the program asks for. */
export function createAccessEntries(
  name: string,
  args: ClusterArguments,
  cluster: Cluster,
  parent: pulumi.Resource,
): AccessEntry[] {
  const given = args.given.byKey("accessEntries", ENTRY);
  if (!args.hasEntries) {
    if (given.size > 0)
      args.given.refuse("accessEntries", "needs authenticationMode API or API_AND_CONFIG_MAP");
    return [];
  }
  const [role] = args.instanceRoles;
  const nodes =
    role === undefined
      ? []
      : [
          new AccessEntry(
            `${name}-defaultNodeGroupInstanceRole`,
            {
              clusterName: cluster.name,
              principalArn: pulumi.output(role).apply(({ arn }) => arn),
              type: "EC2_LINUX",
              tags: args.tags,
            },
            { parent },
          ),
        ];
  return [
    ...nodes,
    ...[...given].map(([key, entry]) => createEntry(`${name}-${key}`, entry, cluster, parent)),
  ];
}

function createEntry(name: string, entry: Arguments, cluster: Cluster, parent: pulumi.Resource): AccessEntry {
  const principalArn = entry.input<string>("principalArn") ?? entry.refuse("principalArn", "is missing");
  const made = new AccessEntry(
    name,
    {
      clusterName: cluster.name,
      principalArn,
      type: entry.input("type"),
      kubernetesGroups: entry.input("kubernetesGroups"),
      userName: entry.input("username"),
      tags: entry.input("tags"),
    },
    { parent },
  );
  for (const [key, policy] of entry.byKey("accessPolicies", POLICY)) {
    new AccessPolicyAssociation(
      `${name}-${key}`,
      {
        clusterName: cluster.name,
        principalArn,
        policyArn: policy.input<string>("policyArn") ?? policy.refuse("policyArn", "is missing"),
        accessScope:
          policy.input<{ type: string }>("accessScope") ?? policy.refuse("accessScope", "is missing"),
      },
      { parent: made },
    );
  }
  return made;
}
