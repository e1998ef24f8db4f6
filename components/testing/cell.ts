import type { Cell } from "../cell";

/** A cell that no account has, for tests. */
export const TEST_CELL: Cell = {
  name: "eu-1",
  environment: "prod",
  costCenter: "cc-1001",
  accountId: "123456789012",
  region: "eu-central-1",
  partition: "aws",
  domain: "tenantry.example",
  network: {
    vpcId: "vpc-1",
    cidr: "10.20.0.0/16",
    publicSubnetCidrs: ["10.20.0.0/22", "10.20.64.0/22", "10.20.128.0/22"],
    privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"],
    databaseSubnetIds: ["subnet-d", "subnet-e", "subnet-f"],
    databaseSubnetCidrs: ["10.20.4.0/24", "10.20.68.0/24", "10.20.132.0/24"],
  },
  cluster: {
    name: "eu-1",
    arn: "arn:aws:eks:eu-central-1:123456789012:cluster/eu-1",
    endpoint: "https://cluster.example",
    kubeconfig: '{"apiVersion":"v1"}',
    clusterSecurityGroupId: "sg-cluster",
    nodeSecurityGroupId: "sg-nodes",
  },
  database: {
    subnetGroupName: "eu-1-databases",
    parameterGroupNames: { postgres: "eu-1-postgres", mysql: "eu-1-mysql" },
    monitoringRoleArn: "arn:aws:iam::123456789012:role/eu-1-monitoring",
  },
  permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/eu-1-boundary",
};
