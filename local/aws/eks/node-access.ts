import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { ClusterArguments } from "./arguments";
import { ConfigMap, type KubernetesProvider } from "./kubernetes";

interface Mapping {
  readonly groups?: readonly string[];
  readonly username?: string;
}

interface RoleMapping extends Mapping {
  readonly roleArn: string;
}

interface UserMapping extends Mapping {
  readonly userArn: string;
}

/** What every node's role is mapped to. */
const NODE: Mapping = {
  username: "system:node:{{EC2PrivateDNSName}}",
  groups: ["system:bootstrappers", "system:nodes"],
};

/** The ConfigMap `aws-auth`, by which EKS tells who people and nodes are where there are no access entries. */
export function createNodeAccess(
  name: string,
  args: ClusterArguments,
  provider: KubernetesProvider,
  parent: pulumi.Resource,
): ConfigMap[] {
  if (!args.hasConfigMap) return [];
  const nodes = pulumi.output(args.instanceRoles).apply((roles) => pulumi.all(roles.map(({ arn }) => arn)));
  const roles = pulumi
    .all([pulumi.output(args.given.input<RoleMapping[]>("roleMappings") ?? []), nodes])
    .apply(([given, arns]) => [...given, ...arns.map((roleArn) => ({ roleArn, ...NODE }))]);
  const users = args.given.input<UserMapping[]>("userMappings");
  const data = {
    mapRoles: roles.apply((list) =>
      yaml(list.map(({ roleArn, ...rest }) => ({ rolearn: roleArn, ...rest }))),
    ),
    ...(users === undefined
      ? {}
      : {
          mapUsers: pulumi
            .output(users)
            .apply((list) => yaml(list.map(({ userArn, ...rest }) => ({ userarn: userArn, ...rest })))),
        }),
  };
  const metadata = {
    name: "aws-auth",
    namespace: "kube-system",
    annotations: { "pulumi.com/patchForce": "true" },
  };
  return [new ConfigMap(`${name}-nodeAccess`, { metadata, data }, { parent, provider })];
}

function yaml(list: readonly object[]): string {
  return stringify(list);
}
