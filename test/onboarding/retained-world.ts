import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { z } from "zod";
import { LocalAccount } from "../../local/aws/account-api";
import { ACCOUNT_DATABASE } from "../../local/aws/account";
import { type DatabaseWork, fill } from "../../local/aws/catalog/rds/testing";
import { TestAccount, type TestResource } from "../../local/aws/testing/account";
import { LocalCloudAccount } from "../../local/onboarding/account";
import type { CloudAccount } from "../../onboarding/account/account";
import { changeTenant } from "../../onboarding/registry";
import { DEFAULT_LIMITS, SnapshotWatch } from "../../onboarding/workflows";
import type { Log } from "../../onboarding/workflows/workshop";
import { RegistryWorld } from "./registry-world";

const KEY_ARN = "arn:aws:kms:us-east-1:000000000000:key/0f0e";
const DAY_MS = 24 * 3_600_000;

const outputsSchema = z.object({
  resourceId: z.string(),
  masterUserSecrets: z.tuple([z.object({ secretArn: z.string() })]),
});

/** What a watch logged. */
export interface Line {
  readonly level: "info" | "warn" | "error";
  readonly data: object;
  readonly message: string;
}

/** A tenant that is active. */
export interface Served {
  readonly instance: TestResource;
  /** What the instance's deletion leaves. */
  readonly finalSnapshot: string;
  /** Its database, as its own user. */
  readonly work: DatabaseWork;
}

/** Retained tenants whose final snapshots, with real rows, are in a real local account. */
export class RetainedWorld extends RegistryWorld {
  readonly lines: Line[] = [];
  private made: TestAccount | undefined;
  private known: LocalCloudAccount | undefined;
  private api: LocalAccount | undefined;
  private archives = "";

  /** The account, as the service knows it. */
  get account(): LocalCloudAccount {
    if (this.known === undefined) throw new Error("the account is not open");
    return this.known;
  }

  /** Where it is logged to. */
  get log(): Log {
    const note =
      (level: Line["level"]) =>
      (data: object, message: string): void =>
        void this.lines.push({ level, data, message });
    return { info: note("info"), warn: note("warn"), error: note("error") };
  }

  override async begin(): Promise<void> {
    await super.begin();
    this.made = new TestAccount(this.cloud, ACCOUNT_DATABASE);
    await this.made.configure();
    this.api = new LocalAccount(this.cloud);
    this.archives = mkdtempSync(path.join(tmpdir(), "tenantry-archives-"));
    this.known = new LocalCloudAccount(this.cloud, this.archives);
  }

  override async fresh(capacity?: number): Promise<void> {
    await super.fresh(capacity);
    this.lines.length = 0;
    for (const { identifier } of await this.account.manualSnapshots())
      await this.account.deleteSnapshot(identifier);
    rmSync(this.archives, { recursive: true, force: true });
  }

  override async end(): Promise<void> {
    await this.account.close();
    await this.api?.close();
    await this.made?.close();
    await super.end();
    rmSync(this.archives, { recursive: true, force: true });
  }

  /** A tenant that is active, as if a worker had onboarded it. */
  async onboarded(id: string): Promise<void> {
    const operation = await this.onboard(id);
    await this.begins(operation);
    await this.finishes(operation);
  }

  /** Onboards a tenant whose database has 500 rows, `<id> 1` and so on. */
  async serve(id: string): Promise<Served> {
    if (this.made === undefined || this.api === undefined) throw new Error("the account is not open");
    const finalSnapshot = `eu-1-t-${id}-final`;
    const database = `t_${id}`;
    const instance = await this.made.create("aws:rds/instance:Instance", id, {
      identifier: `eu-1-t-${id}`,
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.t4g.medium",
      allocatedStorage: 20,
      dbName: database,
      username: `${database}_app`,
      manageMasterUserPassword: true,
      finalSnapshotIdentifier: finalSnapshot,
    });
    const outputs = outputsSchema.parse(JSON.parse(JSON.stringify(instance.outputs)));
    const { secretArn } = outputs.masterUserSecrets[0];
    const { username: user, password } = await this.api.secretValue(secretArn);
    const { host, port } = this.cloud.postgres;
    const work = { host, port, user, password, database };
    await fill(work, id);
    await this.onboarded(id);
    const facts = {
      keyArn: KEY_ARN,
      database: {
        engine: "postgres",
        endpoint: host,
        port,
        name: database,
        username: user,
        secretArn,
        identifier: `eu-1-t-${id}`,
        finalSnapshot,
      },
    };
    await this.registry.transaction((tx) => changeTenant(tx, id, { facts }));
    return { instance, finalSnapshot, work };
  }

  /** Deletes a tenant's instance, which leaves its final snapshot. */
  async takeDown({ instance }: Served): Promise<void> {
    await this.made?.delete(instance);
  }

  /**
   * Retains a tenant whose database had 500 rows, `<id> 1` and so on.
   *
   * @param days until its retention ends
   * @returns its final snapshot
   */
  async retain(id: string, days: number): Promise<string> {
    const served = await this.serve(id);
    const { finalSnapshot } = served;
    await this.takeDown(served);
    await this.registry.transaction((tx) =>
      changeTenant(tx, id, {
        phase: "retained",
        presence: "retained",
        finalSnapshot,
        archive: `${id}/op_1.tar.gz`,
        retainedUntil: new Date(Date.now() + days * DAY_MS),
      }),
    );
    return finalSnapshot;
  }

  /** A tenant that serves, from another database than its first, whose final snapshot is there. */
  async restored(id: string): Promise<void> {
    await this.takeDown(await this.serve(id));
    await this.registry.transaction((tx) => changeTenant(tx, id, { lifetime: 2 }));
  }

  /** A watch that lets so many snapshots be, less one, on this account or on one that differs from it. */
  watch(snapshotLimit: number, change: Partial<CloudAccount> = {}): SnapshotWatch {
    return new SnapshotWatch({
      registry: this.registry,
      account: this.accountWith(change),
      limits: { ...DEFAULT_LIMITS, snapshotLimit },
      log: this.log,
    });
  }

  /** The account, some of whose methods are others. */
  accountWith(change: Partial<CloudAccount>): CloudAccount {
    const { account } = this;
    return {
      mayExport: account.mayExport,
      credentials: (...given) => account.credentials(...given),
      rotate: (...given) => account.rotate(...given),
      findSnapshot: (...given) => account.findSnapshot(...given),
      snapshotsOf: (...given) => account.snapshotsOf(...given),
      manualSnapshots: () => account.manualSnapshots(),
      deleteSnapshot: (...given) => account.deleteSnapshot(...given),
      startExport: (...given) => account.startExport(...given),
      findExport: (...given) => account.findExport(...given),
      endExports: () => account.endExports(),
      deleteExport: (...given) => account.deleteExport(...given),
      backupsOf: (...given) => account.backupsOf(...given),
      deleteBackups: (...given) => account.deleteBackups(...given),
      mayDecrypt: (...given) => account.mayDecrypt(...given),
      putArchive: (...given) => account.putArchive(...given),
      getArchive: (...given) => account.getArchive(...given),
      listArchives: (...given) => account.listArchives(...given),
      deleteArchive: (...given) => account.deleteArchive(...given),
      ...change,
    };
  }

  /** Identifiers of the manual snapshots that are there. */
  async snapshots(): Promise<string[]> {
    return (await this.account.manualSnapshots()).map(({ identifier }) => identifier).sort();
  }

  /** Tenants that have an export, complete or not. */
  async exported(): Promise<Record<string, "complete" | "under way">> {
    const { items } = await this.registry.tenants.list({ limit: 100 });
    return Object.fromEntries(
      items.flatMap(({ id, snapshotExports }) =>
        snapshotExports.map(({ completedAt }) => [id, completedAt === undefined ? "under way" : "complete"]),
      ),
    );
  }

  /** Lines of a file among the archives. */
  linesOf(archive: string): string[] {
    return readFileSync(path.join(this.archives, archive), "utf8").trimEnd().split("\n");
  }
}
