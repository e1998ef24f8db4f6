import { expect } from "chai";
import { CELL_STACK, judge } from "../../testing/judge";
import { type Mutation, testPolicy } from "../../testing/table";
import { clusterAccessEntries, clusterEncryptedAndLogged, clusterPrivate } from "./cluster";
import { databaseProtected, databaseRecoverable } from "./retention";

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

const OPEN =
  "vpcConfig.endpointPublicAccess: open to the internet; expected false, or publicAccessCidrs of known ranges";

testPolicy({
  policy: clusterPrivate,
  stack: CELL_STACK,
  compliant: cluster,
  mutations: [
    ["vpcConfig.endpointPrivateAccess", false, "vpcConfig.endpointPrivateAccess: expected true"],
    ["vpcConfig.endpointPublicAccess", undefined, OPEN],
    ["vpcConfig.endpointPublicAccess", true, OPEN],
    ...[
      ["0.0.0.0/0"],
      ["::/0"],
      ["0.0.0.0/1", "128.0.0.0/1"],
      ["192.0.2.0/24", "64.0.0.0/7"],
      ["2000::/3"],
    ].map((ranges): Mutation => [
      "vpcConfig",
      { endpointPrivateAccess: true, endpointPublicAccess: true, publicAccessCidrs: ranges },
      OPEN,
    ]),
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

const kept = (type: string) => ({
  type,
  props: { finalSnapshotIdentifier: "acme-final", backupRetentionPeriod: 7, deletionProtection: true },
});

for (const type of ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"]) {
  testPolicy({
    policy: databaseRecoverable,
    compliant: kept(type),
    mutations: [
      ["skipFinalSnapshot", true, "skipFinalSnapshot: true; expected a final snapshot"],
      [
        "finalSnapshotIdentifier",
        undefined,
        "finalSnapshotIdentifier: missing; expected the snapshot's name",
      ],
      ["backupRetentionPeriod", 1, "backupRetentionPeriod: 1 days; expected 7 or more"],
    ],
  });

  testPolicy({
    policy: databaseProtected,
    compliant: kept(type),
    mutations: [
      [
        "deletionProtection",
        false,
        "deletionProtection: off; expected true unless the tenant is being removed",
      ],
    ],
  });
}

describe("database-recoverable", () => {
  it("asks for the days that its configuration says", async () => {
    const instance = kept("aws:rds/instance:Instance");
    expect(await judge(databaseRecoverable, instance, undefined, { backupRetentionDays: 35 })).to.deep.equal([
      "backupRetentionPeriod: 7 days; expected 35 or more",
    ]);
  });
});
