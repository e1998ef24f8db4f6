import { createWriteStream } from "node:fs";
import { mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import type { CloudAccount, ExportOrder } from "../../onboarding/account/account";
import { LocalAccount } from "../aws/account-api";
import { AccountConnection, Cipher, ResourceStore } from "../aws/account";
import type { LocalCloud } from "../cloud";
import { hasCode, temporaryName } from "../files";
import { findExport, writeExport } from "./exports";

const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

const policyDocument = z.object({
  Statement: z.array(z.object({ Effect: z.enum(["Allow", "Deny"]), Action: oneOrMany, Resource: oneOrMany })),
});

/** The local account as the onboarding service knows an account. */
export class LocalCloudAccount implements CloudAccount {
  private readonly account: LocalAccount;
  private readonly connection: AccountConnection;
  private readonly store: ResourceStore;

  /**
   * @param cloud the local cloud's address book
   * @param archives folder that plays the bucket of archives
   */
  constructor(
    cloud: LocalCloud,
    private readonly archives: string,
  ) {
    this.account = new LocalAccount(cloud);
    this.connection = new AccountConnection(cloud.postgres);
    this.store = new ResourceStore(this.connection, new Cipher(cloud.postgres.password));
  }

  credentials(secretArn: string) {
    return this.account.secretValue(secretArn);
  }

  rotate(secretArn: string, token: string) {
    return this.account.rotateSecret(secretArn, token);
  }

  findSnapshot(identifier: string) {
    return this.account.findSnapshot(identifier);
  }

  async snapshotsOf(instance: string) {
    const snapshots = await this.account.listSnapshots({ instance });
    return snapshots.filter(({ kind }) => kind === "manual");
  }

  async manualSnapshots() {
    const snapshots = await this.account.listSnapshots();
    return snapshots.filter(({ kind }) => kind === "manual");
  }

  deleteSnapshot(identifier: string) {
    return unlessGone(this.account.deleteSnapshot(identifier));
  }

  readonly mayExport = true;

  /** Returns once all of it is written: one whose process is killed meanwhile was never started. */
  startExport(order: ExportOrder): Promise<void> {
    return writeExport(this.archives, order, (directory, done) =>
      this.account.exportSnapshot(order.snapshot, directory, done),
    );
  }

  findExport(prefix: string) {
    return findExport(this.archives, prefix);
  }

  /** None is under way that a deletion of its snapshot would not wait for. */
  endExports(): Promise<void> {
    return Promise.resolve();
  }

  deleteExport(location: string): Promise<void> {
    return rm(this.fileOf(location), { recursive: true, force: true });
  }

  backupsOf(instance: string) {
    return this.account.automatedBackups(instance);
  }

  deleteBackups(resourceId: string) {
    return unlessGone(this.account.deleteAutomatedBackups(resourceId));
  }

  /** Conditions are not read: what a policy allows under any condition counts as allowed. */
  async mayDecrypt(roleArn: string, keyArn: string): Promise<boolean> {
    const role = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    const policies = await this.store.everywhere(ROLE_POLICY, { role });
    const statements = policies.flatMap(
      ({ state }) => policyDocument.parse(JSON.parse(z.string().parse(state["policy"]))).Statement,
    );
    const matching = statements.filter(
      ({ Action, Resource }) =>
        Action.some((action) => matches(action, "kms:Decrypt")) &&
        Resource.some((resource) => matches(resource, keyArn)),
    );
    return matching.length > 0 && matching.every(({ Effect }) => Effect === "Allow");
  }

  async putArchive(name: string, content: Readable): Promise<void> {
    const target = this.fileOf(name);
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    // Beside the archives, which are listed by their names.
    const part = temporaryName(this.archives);
    try {
      await pipeline(content, createWriteStream(part, { flags: "wx", mode: 0o600 }));
      await rename(part, target);
    } finally {
      await rm(part, { force: true });
    }
  }

  async getArchive(name: string): Promise<Uint8Array | undefined> {
    try {
      return await readFile(this.fileOf(name));
    } catch (error) {
      if (hasCode(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  async listArchives(prefix: string): Promise<string[]> {
    try {
      const files = await readdir(this.archives, { recursive: true, withFileTypes: true });
      return files
        .filter((file) => file.isFile())
        .map((file) => path.relative(this.archives, path.join(file.parentPath, file.name)))
        .filter((name) => name.startsWith(prefix));
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw error;
    }
  }

  deleteArchive(name: string): Promise<void> {
    return rm(this.fileOf(name), { force: true });
  }

  /** Gives the connections back. */
  async close(): Promise<void> {
    await this.account.close();
    await this.connection.close();
  }

  private fileOf(name: string): string {
    return path.join(this.archives, ...name.split("/"));
  }
}

async function unlessGone(deletion: Promise<void>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (error instanceof Error && "code" in error && /NotFound/.test(String(error.code))) return;
    throw error;
  }
}

/** IAM's wildcards: `*` for any characters, `?` for one. */
function matches(pattern: string, value: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "i").test(value);
}
