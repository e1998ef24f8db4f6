import { randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { expect } from "chai";
import type { CloudAccount } from "./account";

/** An account to try the contract on, and how things get into it that the service itself does not make. */
export interface ContractWorld {
  readonly account: CloudAccount;
  /** Makes a database instance whose password the account manages. */
  readonly createInstance: (identifier: string) => Promise<ContractInstance>;
  /** Deletes it, and leaves its automated backups. */
  readonly deleteInstance: (identifier: string) => Promise<void>;
  /** Takes a manual snapshot. */
  readonly takeSnapshot: (instance: string, identifier: string) => Promise<void>;
  /** Takes an automated backup. */
  readonly takeBackup: (instance: string) => Promise<void>;
  /** Makes a role that may decrypt with a key; the ARNs of the role and of one more key, which it may not use. */
  readonly createRole: (name: string) => Promise<{ roleArn: string; ownKeyArn: string; otherKeyArn: string }>;
}

/** An instance that was made for the contract. */
export interface ContractInstance {
  readonly secretArn: string;
  readonly resourceId: string;
  /** The user in its secret. */
  readonly username: string;
}

/** One thing that every account does. */
export interface Behaviour {
  readonly name: string;
  readonly check: (world: ContractWorld) => Promise<void>;
}

/** Key that exports are encrypted with. */
const KEY_ARN = "arn:aws:kms:eu-central-1:111122223333:key/0f0e";

/** More than one part of an upload. */
const LARGE_BYTES = 17 * 1024 * 1024;

/** What every implementation of CloudAccount does; names of things are new in each, so that one world serves all. */
export const BEHAVIOURS: readonly Behaviour[] = [
  {
    name: "reads the user of a database from its secret",
    async check({ account, createInstance }) {
      const instance = await createInstance(fresh());
      const { username, password } = await account.credentials(instance.secretArn);
      expect(username).to.equal(instance.username);
      expect(password).to.have.length.above(7);
    },
  },
  {
    name: "refuses to read or rotate a secret that is not there",
    async check({ account, createInstance }) {
      const { secretArn } = await createInstance(fresh());
      const nobody = secretArn.replace(/.{8}$/, "nobody00");
      for (const work of [account.credentials(nobody), account.rotate(nobody, randomUUID())]) {
        expect(await codeOf(work)).to.equal("ResourceNotFoundException");
      }
    },
  },
  {
    name: "rotates a password, and returns once the new one holds",
    async check({ account, createInstance }) {
      const { secretArn } = await createInstance(fresh());
      const former = await account.credentials(secretArn);
      await account.rotate(secretArn, randomUUID());
      const now = await account.credentials(secretArn);
      expect(now.username).to.equal(former.username);
      expect(now.password).not.to.equal(former.password);
    },
  },
  {
    name: "does not rotate again for who asks again",
    async check({ account, createInstance }) {
      const { secretArn } = await createInstance(fresh());
      const token = randomUUID();
      await account.rotate(secretArn, token);
      const once = await account.credentials(secretArn);
      await account.rotate(secretArn, token);
      expect(await account.credentials(secretArn)).to.deep.equal(once);
      await account.rotate(secretArn, randomUUID());
      expect((await account.credentials(secretArn)).password).not.to.equal(once.password);
    },
  },
  {
    name: "finds a snapshot by its name, and none by another",
    async check({ account, createInstance, takeSnapshot }) {
      const [instance, name] = [fresh(), fresh()];
      await createInstance(instance);
      await takeSnapshot(instance, name);
      const found = await account.findSnapshot(name);
      expect(found).to.deep.include({ identifier: name, instance });
      expect(found?.createdAt.getTime()).to.be.closeTo(Date.now(), 60_000);
      expect(await account.findSnapshot(fresh())).to.equal(undefined);
    },
  },
  {
    name: "lists the manual snapshots of one instance, and no others",
    async check({ account, createInstance, takeSnapshot, takeBackup }) {
      const [instance, neighbour] = [fresh(), fresh()];
      await createInstance(instance);
      await createInstance(neighbour);
      await takeBackup(instance);
      for (const name of ["one", "two"]) await takeSnapshot(instance, `${instance}-${name}`);
      await takeSnapshot(neighbour, `${neighbour}-one`);
      const names = (await account.snapshotsOf(instance)).map(({ identifier }) => identifier);
      expect(names).to.have.members([`${instance}-one`, `${instance}-two`]);
      expect(await account.snapshotsOf(fresh())).to.deep.equal([]);
    },
  },
  {
    name: "still lists them once the instance is gone",
    async check({ account, createInstance, deleteInstance, takeSnapshot }) {
      const instance = fresh();
      await createInstance(instance);
      await takeSnapshot(instance, `${instance}-final`);
      await deleteInstance(instance);
      expect(await account.snapshotsOf(instance)).to.have.length(1);
    },
  },
  {
    name: "lists the region's manual snapshots, whosever they are",
    async check({ account, createInstance, takeSnapshot, takeBackup }) {
      const instances = [fresh(), fresh()];
      for (const instance of instances) {
        await createInstance(instance);
        await takeBackup(instance);
        await takeSnapshot(instance, `${instance}-one`);
      }
      const names = (await account.manualSnapshots()).map(({ identifier }) => identifier);
      expect(names).to.include.members(instances.map((instance) => `${instance}-one`));
      expect(names.filter((name) => name.startsWith("rds:"))).to.deep.equal([]);
    },
  },
  {
    name: "exports a snapshot to its prefix once, and finds it there",
    async check({ account, createInstance, takeSnapshot }) {
      const [tenant, instance, snapshot] = [fresh(), fresh(), fresh()];
      await createInstance(instance);
      await takeSnapshot(instance, snapshot);
      const prefix = `${tenant}/snapshots/${snapshot}`;
      expect(await account.findExport(prefix)).to.equal(undefined);
      for (let time = 0; time < 2; time += 1)
        await account.startExport({ snapshot, prefix, keyArn: KEY_ARN });
      const found = await account.findExport(prefix);
      expect(found?.state).to.equal("complete");
      expect(found?.location.startsWith(`${prefix}/`)).to.equal(true);
      expect(await account.findExport(`${tenant}/snapshots`)).to.equal(undefined);
      expect((await account.findSnapshot(snapshot))?.identifier).to.equal(snapshot);
      await account.endExports(`${tenant}/`);
    },
  },
  {
    name: "refuses to export a snapshot that is not there",
    async check({ account }) {
      const [tenant, snapshot] = [fresh(), fresh()];
      const order = { snapshot, prefix: `${tenant}/snapshots/${snapshot}`, keyArn: KEY_ARN };
      expect(await codeOf(account.startExport(order))).to.match(/^DBSnapshotNotFound/);
    },
  },
  {
    name: "deletes an export with all its files, and again, and no other",
    async check({ account }) {
      const tenant = fresh();
      for (const name of ["one/a", "one/b/c", "one-more/a"]) {
        await put(account, `${tenant}/snapshots/${name}`, Buffer.from(name));
      }
      for (let time = 0; time < 2; time += 1) await account.deleteExport(`${tenant}/snapshots/one`);
      expect(await account.listArchives(`${tenant}/`)).to.deep.equal([`${tenant}/snapshots/one-more/a`]);
    },
  },
  {
    name: "deletes a snapshot, and again",
    async check({ account, createInstance, takeSnapshot }) {
      const instance = fresh();
      await createInstance(instance);
      await takeSnapshot(instance, `${instance}-one`);
      await account.deleteSnapshot(`${instance}-one`);
      await account.deleteSnapshot(`${instance}-one`);
      expect(await account.findSnapshot(`${instance}-one`)).to.equal(undefined);
    },
  },
  {
    name: "tells the times that an instance can be brought back to, also once it is gone",
    async check({ account, createInstance, deleteInstance, takeBackup }) {
      const instance = fresh();
      const { resourceId } = await createInstance(instance);
      await takeBackup(instance);
      const [window] = await account.backupsOf(instance);
      expect(window?.resourceId).to.equal(resourceId);
      expect(window?.earliest.getTime()).to.be.at.most(window?.latest.getTime() ?? 0);
      await deleteInstance(instance);
      const kept = await account.backupsOf(instance);
      expect(kept.map((each) => each.resourceId)).to.deep.equal([resourceId]);
      expect(kept[0]?.latest.getTime()).to.be.at.least(window?.latest.getTime() ?? Infinity);
      expect(await account.backupsOf(fresh())).to.deep.equal([]);
    },
  },
  {
    name: "deletes the backups that a deleted instance left, and again",
    async check({ account, createInstance, deleteInstance, takeBackup }) {
      const instance = fresh();
      const { resourceId } = await createInstance(instance);
      await takeBackup(instance);
      await deleteInstance(instance);
      await account.deleteBackups(resourceId);
      await account.deleteBackups(resourceId);
      expect(await account.backupsOf(instance)).to.deep.equal([]);
    },
  },
  {
    name: "says whose key a role may decrypt with",
    async check({ account, createRole }) {
      const { roleArn, ownKeyArn, otherKeyArn } = await createRole(fresh());
      expect(await account.mayDecrypt(roleArn, ownKeyArn)).to.equal(true);
      expect(await account.mayDecrypt(roleArn, otherKeyArn)).to.equal(false);
    },
  },
  {
    name: "keeps an archive byte for byte, a large one too",
    async check({ account }) {
      for (const size of [0, 1000, LARGE_BYTES]) {
        const name = `${fresh()}/archive.tar.gz`;
        const content = randomBytes(size);
        await put(account, name, content);
        const kept = Buffer.from((await account.getArchive(name)) ?? "gone");
        expect(kept.equals(content), `${size} bytes`).to.equal(true);
      }
      expect(await account.getArchive(`${fresh()}/archive.tar.gz`)).to.equal(undefined);
    },
  },
  {
    name: "replaces an archive of the same name",
    async check({ account }) {
      const name = `${fresh()}/archive.tar.gz`;
      await put(account, name, Buffer.from("first"));
      await put(account, name, Buffer.from("second"));
      expect(Buffer.from((await account.getArchive(name)) ?? "").toString()).to.equal("second");
      expect(await account.listArchives(name)).to.deep.equal([name]);
    },
  },
  {
    name: "keeps the archive that there was where a new one fails before its end",
    async check({ account }) {
      const tenant = fresh();
      await put(account, `${tenant}/kept`, Buffer.from("first"));
      for (const name of ["kept", "none"]) {
        expect(await codeOf(account.putArchive(`${tenant}/${name}`, cutOff()))).to.equal("CUT_OFF");
      }
      expect(Buffer.from((await account.getArchive(`${tenant}/kept`)) ?? "").toString()).to.equal("first");
      expect(await account.listArchives(`${tenant}/`)).to.deep.equal([`${tenant}/kept`]);
    },
  },
  {
    name: "lists archives by the beginning of their names",
    async check({ account }) {
      const tenant = fresh();
      for (const name of [`${tenant}/a`, `${tenant}/b`, `${tenant}-eu/a`]) {
        await put(account, name, Buffer.from(name));
      }
      expect(await account.listArchives(`${tenant}/`)).to.have.members([`${tenant}/a`, `${tenant}/b`]);
      expect(await account.listArchives(`${fresh()}/`)).to.deep.equal([]);
    },
  },
  {
    name: "deletes an archive, and again, and no other",
    async check({ account }) {
      const tenant = fresh();
      for (const name of ["a", "ab"]) await put(account, `${tenant}/${name}`, Buffer.from(name));
      await account.deleteArchive(`${tenant}/a`);
      await account.deleteArchive(`${tenant}/a`);
      expect(await account.getArchive(`${tenant}/a`)).to.equal(undefined);
      expect(await account.listArchives(`${tenant}/`)).to.deep.equal([`${tenant}/ab`]);
    },
  },
];

/**
 * Declares the contract as tests of one implementation.
 *
 * @param lacking behaviours that the world cannot show, by name, with the reason; they are left out, never skipped
 */
export function describeContract(
  implementation: string,
  world: () => ContractWorld,
  lacking: Readonly<Record<string, string>> = {},
): void {
  describe(`${implementation}, as every account`, () => {
    for (const { name, check } of BEHAVIOURS) {
      if (!(name in lacking)) it(name, () => check(world()));
    }
    it("shows everything else of the contract", () => {
      expect(BEHAVIOURS.map(({ name }) => name)).to.include.members(Object.keys(lacking));
    });
  });
}

/** Stores an archive of that content. */
export async function put(account: CloudAccount, name: string, content: Uint8Array): Promise<void> {
  await account.putArchive(name, Readable.from([content]));
}

/** A name that nothing has yet, good for everything. */
export function fresh(): string {
  return `t-${randomBytes(5).toString("hex")}`;
}

/** Content that breaks off after more than what is held in memory. */
function cutOff(): Readable {
  return Readable.from(
    (async function* () {
      yield await Promise.resolve(randomBytes(LARGE_BYTES));
      throw Object.assign(new Error("the content breaks off"), { code: "CUT_OFF" });
    })(),
  );
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
