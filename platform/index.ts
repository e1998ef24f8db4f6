import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  CellKey,
  DatabaseFoundation,
  Network,
  SaasCluster,
  TenantAdmission,
  TenantBoundary,
} from "../components";
import { resourceTags, SHARED_TENANT } from "../components/rules/tags";
import { readConfig } from "./read-config";
import { OUTPUTS_VERSION } from "./outputs";

/** One cell: a network, a cluster, and what the tenants placed in it share. The stack's name is the cell's. */
export = async () => {
  const config = readConfig();
  const { cell, environment, costCenter, region, domain } = config;
  const tags = resourceTags({ tenantId: SHARED_TENANT, environment, cell, costCenter });
  const provider = new aws.Provider("aws", { region, defaultTags: { tags } });
  const opts = { providers: { aws: provider } };
  const { accountId } = await aws.getCallerIdentity({}, { provider });
  const { partition } = await aws.getPartition({}, { provider });
  const account = { accountId, region, partition };

  const key = new CellKey(cell, { cell, ...account }, opts);
  const network = new Network(cell, { ...config.network, region, logKeyArn: key.arn }, opts);
  const cluster = new SaasCluster(
    cell,
    {
      clusterName: cell,
      network,
      kubernetesVersion: config.cluster.kubernetesVersion,
      serviceCidr: config.network.serviceCidr,
      keyArn: key.arn,
      partition,
      nodes: config.cluster.nodes,
      tags,
      access: { ...config.cluster, peerCidrs: config.network.peerCidrs },
      logRetentionDays: config.cluster.logRetentionDays,
    },
    opts,
  );
  const { databaseSubnetIds } = network;
  const databases = new DatabaseFoundation(cell, { cell, partition, databaseSubnetIds }, opts);
  new TenantAdmission(cell, { kubeconfig: cluster.kubeconfig, clusterArn: cluster.arn }, opts);
  const boundary = new TenantBoundary(cell, { cell, ...account }, opts);

  return {
    schemaVersion: OUTPUTS_VERSION,
    name: cell,
    environment,
    costCenter,
    ...account,
    domain,
    network: {
      vpcId: network.vpcId,
      cidr: config.network.cidr,
      publicSubnetCidrs: network.publicSubnetCidrs,
      privateSubnetIds: network.privateSubnetIds,
      databaseSubnetIds,
      databaseSubnetCidrs: network.databaseSubnetCidrs,
    },
    cluster: pulumi.secret({
      name: cluster.clusterName,
      arn: cluster.arn,
      endpoint: cluster.endpoint,
      kubeconfig: cluster.kubeconfig,
      clusterSecurityGroupId: cluster.clusterSecurityGroupId,
      nodeSecurityGroupId: cluster.nodeSecurityGroupId,
    }),
    database: {
      subnetGroupName: databases.subnetGroupName,
      parameterGroupNames: databases.parameterGroupNames,
      monitoringRoleArn: databases.monitoringRoleArn,
    },
    permissionsBoundaryArn: boundary.arn,
  };
};
