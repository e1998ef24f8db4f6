import type * as pulumi from "@pulumi/pulumi";

/**
 * What a tenant's components need to know of their cell: plain values, as the tenant program reads
 * them from the platform's stack. Only the kubeconfig stays an input, because it is a secret.
 */
export interface Cell {
  /** Name of the cell, which is the platform's stack name. */
  readonly name: string;
  /** Environment, for example `prod`; written into the tag `env`. */
  readonly environment: string;
  /** Cost centre of what the cell and its tenants use; written into the tag `cost-center`. */
  readonly costCenter: string;
  /** AWS account of the cell, 12 digits. */
  readonly accountId: string;
  /** AWS region of the cell, for example `eu-central-1`. */
  readonly region: string;
  /** ARN partition of the region: `aws` or `aws-us-gov`; `aws-cn` is not supported. */
  readonly partition: string;
  /** Domain that the cell serves; a tenant is at `<tenant id>.<domain>`. */
  readonly domain: string;
  readonly network: CellNetwork;
  readonly cluster: CellCluster;
  readonly database: CellDatabase;
  /** ARN of the permissions boundary that every tenant's role carries. */
  readonly permissionsBoundaryArn: string;
}

/** The VPC of a cell. */
export interface CellNetwork {
  readonly vpcId: string;
  /** IPv4 range of the whole VPC. */
  readonly cidr: string;
  /** Ranges of the public subnets, where the load balancers' network interfaces are. No pod runs there. */
  readonly publicSubnetCidrs: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly databaseSubnetIds: readonly string[];
  /** Ranges of the isolated database subnets. No pod runs there. */
  readonly databaseSubnetCidrs: readonly string[];
}

/** The EKS cluster of a cell. */
export interface CellCluster {
  readonly name: string;
  readonly arn: string;
  /** URL of the Kubernetes API. */
  readonly endpoint: string;
  /** Kubeconfig document as JSON text; a secret. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Additional security group of the control plane, which says who else reaches the API; nothing else carries it. */
  readonly clusterSecurityGroupId: string;
  /**
   * Security group that every node carries, and that pods with groups of their own have to carry besides: the one that
   * EKS made for the cluster (`vpcConfig.clusterSecurityGroupId` of EKS's own answer), which admits everything from
   * itself.
   */
  readonly nodeSecurityGroupId: string;
}

/** What the databases of a cell's tenants share. */
export interface CellDatabase {
  /** Subnet group over the isolated database subnets. */
  readonly subnetGroupName: string;
  /** Parameter groups that force TLS, one an engine. */
  readonly parameterGroupNames: { readonly postgres: string; readonly mysql: string };
  /** Role that RDS assumes to deliver enhanced monitoring. */
  readonly monitoringRoleArn: string;
}
