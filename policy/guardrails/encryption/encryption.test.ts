import { type Mutation, testPolicy } from "../../testing/table";
import { expect } from "chai";
import { judge } from "../../testing/judge";
import {
  databaseEncrypted,
  databaseIamLogin,
  databaseParametersNamed,
  databasePasswordManaged,
  databaseTlsForced,
} from "./databases";
import { keysRotate } from "./keys";
import { bucketsKept, logsEncrypted, nodesHardened, secretsEncrypted } from "./storage";

const KEY = "arn:aws:kms:us-east-1:123456789012:key/0000";

const INSTANCE = "aws:rds/instance:Instance";
const CLUSTER = "aws:rds/cluster:Cluster";
const CLUSTER_INSTANCE = "aws:rds/clusterInstance:ClusterInstance";

for (const type of [INSTANCE, CLUSTER])
  testPolicy({
    policy: databaseEncrypted,
    compliant: {
      type,
      props: {
        storageEncrypted: true,
        kmsKeyId: KEY,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: KEY,
      },
    },
    mutations: [
      ["storageEncrypted", false, "storageEncrypted: expected true"],
      ["kmsKeyId", undefined, "kmsKeyId: missing; expected the tenant's KMS key"],
      [
        "performanceInsightsKmsKeyId",
        undefined,
        "performanceInsightsKmsKeyId: missing; expected the tenant's KMS key, as performanceInsightsEnabled is true",
      ],
    ],
  });

testPolicy({
  policy: databaseEncrypted,
  compliant: {
    type: CLUSTER_INSTANCE,
    props: { performanceInsightsEnabled: true, performanceInsightsKmsKeyId: KEY },
  },
  mutations: [
    [
      "performanceInsightsKmsKeyId",
      undefined,
      "performanceInsightsKmsKeyId: missing; expected the tenant's KMS key, as performanceInsightsEnabled is true",
    ],
  ],
});

for (const type of [INSTANCE, CLUSTER])
  testPolicy({
    policy: databasePasswordManaged,
    compliant: {
      type,
      props: { manageMasterUserPassword: true, masterUserSecretKmsKeyId: KEY },
    },
    mutations: [
      ["manageMasterUserPassword", undefined, "manageMasterUserPassword: expected true"],
      ...["password", "passwordWo", "masterPassword", "masterPasswordWo"].map((key): Mutation => [
        key,
        "hunter2",
        `${key}: set; expected none, as Secrets Manager makes it`,
      ]),
      [
        "masterUserSecretKmsKeyId",
        undefined,
        "masterUserSecretKmsKeyId: missing; expected the tenant's KMS key",
      ],
    ],
  });

describe("database-password-managed", () => {
  for (const [type, source] of [
    [INSTANCE, "replicateSourceDb"],
    [CLUSTER, "replicationSourceIdentifier"],
  ] as const) {
    it(`asks no password of a replica by ${source}`, async () => {
      expect(await judge(databasePasswordManaged, { type, props: { [source]: "eu-1-acme" } })).to.deep.equal(
        [],
      );
    });
  }
});

for (const [type, key] of [
  [INSTANCE, "parameterGroupName"],
  [CLUSTER, "dbClusterParameterGroupName"],
] as const) {
  testPolicy({
    policy: databaseParametersNamed,
    compliant: { type, props: { [key]: "eu-1-mysql" } },
    mutations: [
      [key, undefined, `${key}: missing; expected a group that forces TLS`],
      [
        key,
        "default.mysql8.4",
        `${key}: 'default.mysql8.4'; expected a group that forces TLS, as RDS decides what is in its own`,
      ],
    ],
  });

  testPolicy({
    policy: databaseIamLogin,
    compliant: { type, props: { iamDatabaseAuthenticationEnabled: true } },
    mutations: [
      ["iamDatabaseAuthenticationEnabled", undefined, "iamDatabaseAuthenticationEnabled: expected true"],
      ["iamDatabaseAuthenticationEnabled", false, "iamDatabaseAuthenticationEnabled: expected true"],
    ],
  });
}

const parameterGroup = "aws:rds/parameterGroup:ParameterGroup";

testPolicy({
  policy: databaseTlsForced,
  compliant: {
    type: parameterGroup,
    props: { family: "postgres17", parameters: [{ name: "rds.force_ssl", value: "1" }] },
  },
  mutations: [
    ["parameters.0.value", "0", "parameters: rds.force_ssl is 0; expected 1 for family 'postgres17'"],
    ["parameters", [], "parameters: rds.force_ssl is not set; expected 1 for family 'postgres17'"],
    [
      "family",
      "mysql8.4",
      "parameters: require_secure_transport is not set; expected 1 or ON for family 'mysql8.4'",
    ],
  ],
});

testPolicy({
  policy: databaseTlsForced,
  compliant: {
    type: "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    props: { family: "aurora-mysql8.0", parameters: [{ name: "require_secure_transport", value: "ON" }] },
  },
  mutations: [
    [
      "parameters.0.value",
      "OFF",
      "parameters: require_secure_transport is OFF; expected 1 or ON for family 'aurora-mysql8.0'",
    ],
    [
      "family",
      "aurora-postgresql17",
      "parameters: rds.force_ssl is not set; expected 1 for family 'aurora-postgresql17'",
    ],
    [
      "family",
      "sqlserver-se-16.0",
      "parameters: rds.force_ssl is not set; expected 1 for family 'sqlserver-se-16.0'",
    ],
  ],
});

testPolicy({
  policy: keysRotate,
  compliant: { type: "aws:kms/key:Key", props: { enableKeyRotation: true, deletionWindowInDays: 30 } },
  mutations: [
    ["enableKeyRotation", false, "enableKeyRotation: expected true"],
    ["deletionWindowInDays", 5, "deletionWindowInDays: 5; expected 7 or more"],
    [
      "bypassPolicyLockoutSafetyCheck",
      true,
      "bypassPolicyLockoutSafetyCheck: true; expected false, or nobody may be able to manage the key",
    ],
  ],
});

testPolicy({
  policy: logsEncrypted,
  compliant: { type: "aws:cloudwatch/logGroup:LogGroup", props: { kmsKeyId: KEY, retentionInDays: 90 } },
  mutations: [
    ["kmsKeyId", undefined, "kmsKeyId: missing; expected a customer managed KMS key"],
    ["retentionInDays", undefined, "retentionInDays: missing; expected a number of days"],
  ],
});

testPolicy({
  policy: secretsEncrypted,
  compliant: { type: "aws:secretsmanager/secret:Secret", props: { kmsKeyId: KEY } },
  mutations: [["kmsKeyId", undefined, "kmsKeyId: missing; expected the tenant's KMS key"]],
});

testPolicy({
  policy: nodesHardened,
  compliant: {
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    props: {
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }],
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
    },
  },
  mutations: [
    [
      "blockDeviceMappings.0.ebs.encrypted",
      "false",
      "blockDeviceMappings: '/dev/xvda' is not encrypted; expected ebs.encrypted true",
    ],
    ["metadataOptions.httpTokens", "optional", "metadataOptions.httpTokens: expected 'required'"],
    ["metadataOptions.httpPutResponseHopLimit", 2, "metadataOptions.httpPutResponseHopLimit: 2; expected 1"],
  ],
});

testPolicy({
  policy: bucketsKept,
  compliant: { type: "aws:s3/bucket:Bucket", props: {} },
  mutations: [
    ["forceDestroy", true, "forceDestroy: true; expected false, as it deletes a tenant's objects"],
    ["acl", "public-read", "acl: 'public-read'; expected 'private'"],
  ],
});
