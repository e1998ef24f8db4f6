import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { z } from "zod";
import { type ContractWorld, describeContract } from "../../onboarding/account/contract";
import { LocalAccount } from "../aws/account-api";
import { ACCOUNT_DATABASE } from "../aws/account";
import { TestAccount, type TestResource, type TestServer, startTestServer } from "../aws/testing/account";
import { LocalCloudAccount } from "./account";

const outputsSchema = z.object({
  resourceId: z.string(),
  masterUserSecrets: z.tuple([z.object({ secretArn: z.string() })]),
});

describe("the local account", function () {
  this.timeout(60_000);
  let server: TestServer;
  let resources: TestAccount;
  let api: LocalAccount;
  let archives: string;
  let world: ContractWorld & { readonly account: LocalCloudAccount };
  const instances = new Map<string, TestResource>();

  before(async () => {
    server = await startTestServer();
    resources = new TestAccount(server.cloud, ACCOUNT_DATABASE);
    await resources.configure();
    api = new LocalAccount(server.cloud);
    archives = mkdtempSync(path.join(tmpdir(), "tenantry-archives-"));
    const account = new LocalCloudAccount(server.cloud, archives);
    world = { account, createInstance, deleteInstance, takeSnapshot, takeBackup, createRole };
  });
  after(async () => {
    await world.account.close();
    await api.close();
    await resources.close();
    await server.stop();
    rmSync(archives, { recursive: true, force: true });
  });

  describeContract("LocalCloudAccount", () => world);

  async function createInstance(identifier: string) {
    const database = identifier.replaceAll("-", "_");
    const made = await resources.create("aws:rds/instance:Instance", identifier, {
      identifier,
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.t4g.medium",
      allocatedStorage: 20,
      dbName: database,
      username: `${database}_app`,
      manageMasterUserPassword: true,
      backupRetentionPeriod: 7,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: true,
    });
    instances.set(identifier, made);
    const { resourceId, masterUserSecrets } = outputsSchema.parse(JSON.parse(JSON.stringify(made.outputs)));
    return { resourceId, secretArn: masterUserSecrets[0].secretArn, username: `${database}_app` };
  }

  async function deleteInstance(identifier: string): Promise<void> {
    const made = instances.get(identifier);
    if (made !== undefined) await resources.delete(made);
  }

  async function takeSnapshot(instance: string, identifier: string): Promise<void> {
    await api.snapshot(instance, identifier);
  }

  async function takeBackup(instance: string): Promise<void> {
    await api.backup(instance);
  }

  async function createRole(name: string) {
    const { outputs } = await resources.create("aws:iam/role:Role", name, {
      name,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "pods.eks.amazonaws.com" } },
        ],
      }),
    });
    const ownKeyArn = keyArn();
    await resources.create("aws:iam/rolePolicy:RolePolicy", `${name}-secrets`, {
      role: name,
      name: "secrets",
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "kms:Decrypt", Resource: ownKeyArn }],
      }),
    });
    return { roleArn: z.string().parse(outputs.arn), ownKeyArn, otherKeyArn: keyArn() };
  }
});

function keyArn(): string {
  return `arn:aws:kms:us-east-1:000000000000:key/${randomUUID()}`;
}
