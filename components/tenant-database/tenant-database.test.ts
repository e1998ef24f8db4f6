import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { tenantProviders } from "../providers";
import { TEST_CELL } from "../testing/cell";
import { type Recording, record } from "../testing/record";
import { TenantDatabase, type TenantDatabaseArgs } from "./tenant-database";

const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/11112222-3333-4444-5555-666677778888";
const SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1";
const INSTANCE = "aws:rds/instance:Instance";

async function database(changes: Partial<Omit<TenantDatabaseArgs, "silo">> = {}): Promise<Recording> {
  return record(
    () => {
      const providers = tenantProviders("acme", TEST_CELL);
      const opts = { provider: providers.aws };
      const silo = {
        namespace: pulumi.output("acme"),
        key: new aws.kms.Key("acme-key", {}, opts),
        role: new aws.iam.Role("acme-role", { name: "tenantry-eu-1-t-acme", assumeRolePolicy: "{}" }, opts),
        podSecurityGroup: new aws.ec2.SecurityGroup("acme-pods", {}, opts),
      };
      new TenantDatabase(
        "acme",
        {
          tenant: { id: "acme" },
          cell: TEST_CELL,
          silo,
          isolation: "instance",
          engine: "postgres",
          size: "small",
          ...changes,
        },
        { providers: { ...providers } },
      );
    },
    ({ type }) => {
      if (type === "aws:kms/key:Key") return { arn: KEY_ARN, keyId: "11112222-3333-4444-5555-666677778888" };
      if (type !== INSTANCE) return {};
      return {
        address: "eu-1-t-acme.abc.eu-central-1.rds.amazonaws.com",
        port: 5432,
        resourceId: "db-ABCDEF",
        masterUserSecrets: [{ secretArn: SECRET_ARN }],
      };
    },
  );
}

function inputs(recording: Recording, type: string, name = "acme-database"): Record<string, unknown> {
  return recording.one(type, name).inputs;
}

describe("TenantDatabase", () => {
  let acme: Recording;
  before(async () => {
    acme = await database();
  });

  it("makes exactly the resources of a database", () => {
    expect(acme.counts()).to.deep.equal({
      "pulumi:providers:aws": 1,
      "pulumi:providers:kubernetes": 1,
      "aws:kms/key:Key": 1,
      "aws:iam/role:Role": 1,
      "aws:ec2/securityGroup:SecurityGroup": 2,
      "tenantry:index:TenantDatabase": 1,
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 1,
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
      "aws:cloudwatch/logGroup:LogGroup": 2,
      [INSTANCE]: 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "kubernetes:core/v1:ConfigMap": 1,
    });
  });

  it("is what a small postgres is", () => {
    expect(inputs(acme, INSTANCE)).to.deep.equal({
      identifier: "eu-1-t-acme",
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.t4g.medium",
      multiAz: false,
      dbName: "t_acme",
      username: "t_acme",
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: KEY_ARN,
      iamDatabaseAuthenticationEnabled: true,
      parameterGroupName: "eu-1-postgres",
      caCertIdentifier: "rds-ca-rsa2048-g1",
      dbSubnetGroupName: "eu-1-databases",
      vpcSecurityGroupIds: ["acme-database-id"],
      publiclyAccessible: false,
      storageType: "gp3",
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      storageEncrypted: true,
      kmsKeyId: KEY_ARN,
      backupRetentionPeriod: 7,
      backupWindow: "02:00-03:00",
      deleteAutomatedBackups: false,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "eu-1-t-acme-final-11112222",
      maintenanceWindow: "sun:03:30-sun:04:30",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      monitoringInterval: 60,
      monitoringRoleArn: TEST_CELL.database.monitoringRoleArn,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: KEY_ARN,
      performanceInsightsRetentionPeriod: 7,
    });
  });

  it("has a standby and keeps backups longer from medium up", async () => {
    expect(inputs(await database({ size: "large" }), INSTANCE)).to.deep.include({
      instanceClass: "db.m7g.2xlarge",
      multiAz: true,
      backupRetentionPeriod: 35,
    });
  });

  it("loses its protection only when told", async () => {
    expect(inputs(await database({ deletionProtection: false }), INSTANCE)["deletionProtection"]).to.equal(
      false,
    );
  });

  it("runs mysql on its own port, version and parameter group", async () => {
    const mysql = await database({ engine: "mysql" });
    expect(inputs(mysql, INSTANCE)).to.deep.include({
      engine: "mysql",
      engineVersion: "8.4",
      parameterGroupName: "eu-1-mysql",
      enabledCloudwatchLogsExports: ["error", "slowquery"],
    });
    expect(inputs(mysql, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")["fromPort"]).to.equal(
      3306,
    );
  });

  it("admits the tenant's services on the engine's port, and nobody else", () => {
    expect(inputs(acme, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).to.deep.equal({
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
      description: "From the tenant's services",
      securityGroupId: "acme-database-id",
      referencedSecurityGroupId: "acme-pods-id",
    });
    const group = inputs(acme, "aws:ec2/securityGroup:SecurityGroup");
    expect(group["ingress"]).to.equal(undefined);
    expect(group["egress"]).to.equal(undefined);
  });

  it("keeps the engine's logs under the tenant's key, for as long as it says", () => {
    expect(inputs(acme, "aws:cloudwatch/logGroup:LogGroup", "acme-database-postgresql")).to.deep.equal({
      name: "/aws/rds/instance/eu-1-t-acme/postgresql",
      retentionInDays: 90,
      kmsKeyId: KEY_ARN,
    });
    const logs = acme.position("aws:cloudwatch/logGroup:LogGroup", "acme-database-upgrade");
    expect(logs).to.be.lessThan(acme.position(INSTANCE, "acme-database"));
  });

  it("lets the tenant's role reach its own database, secret and key only", () => {
    const policy = inputs(acme, "aws:iam/rolePolicy:RolePolicy");
    expect(policy["role"]).to.equal("tenantry-eu-1-t-acme");
    expect(JSON.parse(String(policy["policy"]))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "LogInAsOwnUser",
          Effect: "Allow",
          Action: "rds-db:connect",
          Resource: "arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-ABCDEF/t_acme",
        },
        {
          Sid: "ReadOwnSecret",
          Effect: "Allow",
          Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          Resource: SECRET_ARN,
        },
        {
          Sid: "DecryptOwnSecret",
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: KEY_ARN,
          Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
        },
      ],
    });
  });

  it("tells the services where it is, and no password", () => {
    const config = inputs(acme, "kubernetes:core/v1:ConfigMap");
    expect(config["metadata"]).to.deep.equal({
      name: "database",
      namespace: "acme",
      labels: { "app.kubernetes.io/managed-by": "tenantry", "tenantry.io/tenant": "acme" },
    });
    expect(config["data"]).to.deep.equal({
      DATABASE_ENGINE: "postgres",
      DATABASE_HOST: "eu-1-t-acme.abc.eu-central-1.rds.amazonaws.com",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "t_acme",
      DATABASE_USER: "t_acme",
      DATABASE_TLS: "verify-full",
      DATABASE_SECRET_ARN: SECRET_ARN,
    });
  });

  it("refuses a version that the cell's parameter group is not for", async () => {
    let message = "accepted";
    try {
      await database({ version: "16" });
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
    expect(message).to.equal(
      "TenantDatabase 'acme': version is '16': expected '17' or a minor version of it, as the cell's parameter group is for postgres 17",
    );
  });
});
