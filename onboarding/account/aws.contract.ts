import { randomUUID } from "node:crypto";
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { z } from "zod";
import { AwsAccount } from "./aws";
import { type ContractWorld, describeContract, fresh, put } from "./contract";

const REGION = "eu-central-1";
const BUCKET = "tenantry-archives";
const EXPORT_ROLE = "arn:aws:iam::123456789012:role/snapshot-export";
const START_MS = 60_000;

/** What moto 5 does not do; aws.test.ts shows these on answers as AWS's API reference documents them. */
const NOT_IN_MOTO = {
  "does not rotate again for who asks again": "as below: its new versions have no value",
  "rotates a password, and returns once the new one holds":
    "moto's new version of a secret has no value unless a Lambda function gives it one; that it becomes current is below",
  "tells the times that an instance can be brought back to, also once it is gone":
    "moto's automated backups have neither a DbiResourceId nor a RestoreWindow",
  "deletes the backups that a deleted instance left, and again":
    "moto does not know DeleteDBInstanceAutomatedBackup",
  "says whose key a role may decrypt with": "moto does not know SimulatePrincipalPolicy",
};

const secretSchema = z.object({
  DBInstance: z.object({
    DbiResourceId: z.string(),
    MasterUserSecret: z.object({ SecretArn: z.string() }),
  }),
});

describe("AwsAccount on moto", function () {
  this.timeout(120_000);
  let moto: ChildProcess;
  let world: ContractWorld & { readonly account: AwsAccount };
  let s3: S3Client;
  let secrets: SecretsManagerClient;

  before(async () => {
    const port = await freePort();
    moto = spawn("moto_server", ["-p", String(port)], { stdio: "ignore" });
    const failed = new Promise<never>((_, reject) => {
      moto.once("error", () =>
        reject(new Error('moto_server is not on PATH: pip install "moto[server]", then try again')),
      );
    });
    const endpoint = `http://127.0.0.1:${port}`;
    await Promise.race([answers(endpoint), failed]);
    const access = {
      region: REGION,
      endpoint,
      credentials: { accessKeyId: "moto", secretAccessKey: "moto" },
    };
    s3 = new S3Client({ ...access, forcePathStyle: true });
    secrets = new SecretsManagerClient(access);
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } }),
    );
    world = worldOf(
      new AwsAccount({ ...access, archives: { name: BUCKET }, exportRoleArn: EXPORT_ROLE, pollMs: 50 }),
      new RDSClient(access),
    );
  });
  after(() => {
    world.account.close();
    moto.kill();
  });

  describeContract("AwsAccount", () => world, NOT_IN_MOTO);

  it("rotates: another version is current afterwards", async () => {
    const { secretArn } = await world.createInstance(fresh());
    const current = async () => {
      const { VersionIdsToStages = {} } = await secrets.send(
        new DescribeSecretCommand({ SecretId: secretArn }),
      );
      return Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes("AWSCURRENT"));
    };
    const former = await current();
    const token = randomUUID();
    await world.account.rotate(secretArn, token);
    const rotated = await current();
    expect(rotated).not.to.equal(former);
    await world.account.rotate(secretArn, token);
    expect(await current()).to.equal(rotated);
  });

  it("encrypts archives with KMS", async () => {
    const name = `${fresh()}/archive.tar.gz`;
    await put(world.account, name, Buffer.from("secret"));
    const head = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: name }));
    expect(head.ServerSideEncryption).to.equal("aws:kms");
  });

  it("deletes every version of an archive", async () => {
    const name = `${fresh()}/archive.tar.gz`;
    for (const content of ["first", "second", "third"]) await put(world.account, name, Buffer.from(content));
    await world.account.deleteArchive(name);
    const left = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: name }));
    expect([...(left.Versions ?? []), ...(left.DeleteMarkers ?? [])]).to.deep.equal([]);
  });
});

function worldOf(account: AwsAccount, rds: RDSClient) {
  return {
    account,
    async createInstance(identifier: string) {
      const { DBInstance } = secretSchema.parse(
        await rds.send(
          new CreateDBInstanceCommand({
            DBInstanceIdentifier: identifier,
            Engine: "postgres",
            DBInstanceClass: "db.t4g.medium",
            AllocatedStorage: 20,
            MasterUsername: "tenant_app",
            ManageMasterUserPassword: true,
            BackupRetentionPeriod: 7,
          }),
        ),
      );
      return {
        secretArn: DBInstance.MasterUserSecret.SecretArn,
        resourceId: DBInstance.DbiResourceId,
        // Moto's secrets have this user whatever the instance's is.
        username: "admin",
      };
    },
    async deleteInstance(identifier: string) {
      await rds.send(
        new DeleteDBInstanceCommand({
          DBInstanceIdentifier: identifier,
          SkipFinalSnapshot: true,
          DeleteAutomatedBackups: false,
        }),
      );
    },
    async takeSnapshot(instance: string, identifier: string) {
      await rds.send(
        new CreateDBSnapshotCommand({ DBInstanceIdentifier: instance, DBSnapshotIdentifier: identifier }),
      );
    },
    // Moto takes one when the instance is made.
    takeBackup: () => Promise.resolve(),
    createRole: () => Promise.reject(new Error("moto has no simulator")),
  };
}

async function answers(endpoint: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      await fetch(`${endpoint}/moto-api/`);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = z.object({ port: z.number() }).parse(server.address());
      server.close(() => resolve(port));
    });
  });
}
