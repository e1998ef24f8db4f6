import { expect } from "chai";
import { CELL_STACK, judge } from "../../testing/judge";
import { testPolicy } from "../../testing/table";
import { clusterAccessEntries, clusterEncryptedAndLogged, clusterPrivate } from "./cluster";
import { databasePrivate, noOpenIngress, tenantIngressBySecurityGroup } from "./network";
import { databaseProtected, databaseRecoverable } from "./retention";

const openRule = {
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  props: {
    securityGroupId: "sg-1",
    referencedSecurityGroupId: "sg-2",
    ipProtocol: "tcp",
    fromPort: 5432,
    toPort: 5432,
  },
};

testPolicy({
  policy: noOpenIngress,
  compliant: openRule,
  mutations: [
    [
      "cidrIpv4",
      "0.0.0.0/0",
      "rule: admits 0.0.0.0/0; expected a security group, a prefix list or known ranges",
    ],
    ["cidrIpv6", "::/0", "rule: admits ::/0; expected a security group, a prefix list or known ranges"],
  ],
});

testPolicy({
  policy: noOpenIngress,
  stack: CELL_STACK,
  compliant: {
    type: "aws:ec2/securityGroup:SecurityGroup",
    props: { ingress: [{ cidrBlocks: ["10.0.0.0/16"] }], egress: [{ cidrBlocks: ["0.0.0.0/0"] }] },
  },
  mutations: [
    [
      "ingress.0.cidrBlocks",
      ["0.0.0.0/0"],
      "ingress[0]: admits 0.0.0.0/0; expected a security group, a prefix list or known ranges",
    ],
  ],
});

describe("no-open-ingress", () => {
  it("leaves egress rules alone", async () => {
    const egress = {
      type: "aws:ec2/securityGroupRule:SecurityGroupRule",
      props: { type: "egress", cidrBlocks: ["0.0.0.0/0"] },
    };
    expect(await judge(noOpenIngress, egress)).to.deep.equal([]);
  });
});

testPolicy({
  policy: tenantIngressBySecurityGroup,
  compliant: openRule,
  mutations: [
    [
      "cidrIpv4",
      "10.0.0.0/16",
      "rule.cidrIpv4: set; expected a security group, as pods of all tenants share the ranges",
    ],
  ],
});

testPolicy({
  policy: databasePrivate,
  compliant: {
    type: "aws:rds/instance:Instance",
    props: { publiclyAccessible: false, dbSubnetGroupName: "cell", vpcSecurityGroupIds: ["sg-1"] },
  },
  mutations: [
    ["publiclyAccessible", true, "publiclyAccessible: true; expected false"],
    ["dbSubnetGroupName", undefined, "dbSubnetGroupName: missing; expected the cell's subnet group"],
    ["vpcSecurityGroupIds", undefined, "vpcSecurityGroupIds: missing; expected the database's own group"],
  ],
});

const cluster = {
  type: "aws:eks/cluster:Cluster",
  props: {
    vpcConfig: { endpointPrivateAccess: true, endpointPublicAccess: false },
    encryptionConfig: {
      provider: { keyArn: "arn:aws:kms:us-east-1:123456789012:key/0000" },
      resources: ["secrets"],
    },
    enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
    accessConfig: { authenticationMode: "API" },
  },
};

testPolicy({
  policy: clusterPrivate,
  stack: CELL_STACK,
  compliant: cluster,
  mutations: [
    ["vpcConfig.endpointPrivateAccess", false, "vpcConfig.endpointPrivateAccess: expected true"],
    [
      "vpcConfig.endpointPublicAccess",
      undefined,
      "vpcConfig.endpointPublicAccess: open to the internet; expected false, or publicAccessCidrs of known ranges",
    ],
  ],
});

describe("cluster-endpoint-private", () => {
  it("allows a public endpoint for known ranges", async () => {
    const vpcConfig = {
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: ["192.0.2.0/24"],
    };
    expect(await judge(clusterPrivate, { ...cluster, props: { vpcConfig } }, CELL_STACK)).to.deep.equal([]);
  });
});

testPolicy({
  policy: clusterEncryptedAndLogged,
  stack: CELL_STACK,
  compliant: cluster,
  mutations: [
    [
      "encryptionConfig",
      undefined,
      "encryptionConfig: expected the resource 'secrets' under a customer managed KMS key",
    ],
    [
      "enabledClusterLogTypes",
      ["api", "authenticator", "controllerManager"],
      "enabledClusterLogTypes: audit, scheduler missing; expected all five",
    ],
  ],
});

testPolicy({
  policy: clusterAccessEntries,
  stack: CELL_STACK,
  compliant: cluster,
  mutations: [
    [
      "accessConfig.authenticationMode",
      "CONFIG_MAP",
      "accessConfig.authenticationMode: CONFIG_MAP; expected 'API'",
    ],
  ],
});

const kept = {
  type: "aws:rds/instance:Instance",
  props: { finalSnapshotIdentifier: "acme-final", backupRetentionPeriod: 7, deletionProtection: true },
};

testPolicy({
  policy: databaseRecoverable,
  compliant: kept,
  mutations: [
    ["skipFinalSnapshot", true, "skipFinalSnapshot: true; expected a final snapshot"],
    ["finalSnapshotIdentifier", undefined, "finalSnapshotIdentifier: missing; expected the snapshot's name"],
    ["backupRetentionPeriod", 1, "backupRetentionPeriod: 1 days; expected 7 or more"],
  ],
});

describe("database-recoverable", () => {
  it("asks for the days that its configuration says", async () => {
    expect(await judge(databaseRecoverable, kept, undefined, { backupRetentionDays: 35 })).to.deep.equal([
      "backupRetentionPeriod: 7 days; expected 35 or more",
    ]);
  });
});

testPolicy({
  policy: databaseProtected,
  compliant: kept,
  mutations: [
    [
      "deletionProtection",
      false,
      "deletionProtection: off; expected true unless the tenant is being removed",
    ],
  ],
});
