import { randomUUID } from "node:crypto";
import type { LocalCloud } from "../cloud";
import { globMatches, type AccountConnection, type ResourceRow, type ResourceStore } from "./account";
import { generatePassword, setPassword } from "./catalog/rds/database";
import { credentials } from "./catalog/rds/master-secret";
import { Properties } from "./framework/properties";
import { asText, type PropertyMap } from "./framework/values";

const INSTANCE = "aws:rds/instance:Instance";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/** Which resource is meant. */
export interface Target {
  /** Id or ARN. */
  id: string;
  /** Glob over types, needed where several have that id, as a bucket and its settings do. */
  type?: string | undefined;
}

/**
 * Changes properties of a resource behind Pulumi's back.
 *
 * @throws {Error} If no resource, or more than one, has that id or ARN.
 */
export async function drift(
  connection: AccountConnection,
  store: ResourceStore,
  target: Target,
  changes: PropertyMap,
): Promise<void> {
  const row = await theOnly(store, target);
  const inputs = { ...row.inputs, ...changes };
  const tags: PropertyMap =
    changes.tags === undefined || row.state.tagsAll === undefined ? {} : { tagsAll: changes.tags };
  await connection.write(() => store.save({ ...row, inputs, state: { ...row.state, ...changes, ...tags } }));
}

/**
 * Deletes a resource behind Pulumi's back, whatever depends on it.
 *
 * @throws {Error} If no resource, or more than one, has that id or ARN.
 */
export async function forget(
  connection: AccountConnection,
  store: ResourceStore,
  target: Target,
): Promise<void> {
  const row = await theOnly(store, target);
  await connection.write(() => store.remove(row));
}

/**
 * Rotates the master password that Secrets Manager keeps for an instance: a new one in the database and in the secret.
 *
 * @throws {Error} If there is no such instance, or its password is not managed.
 */
export async function rotateMasterPassword(
  cloud: LocalCloud,
  store: ResourceStore,
  identifier: string,
): Promise<void> {
  const [instance] = await store.everywhere(INSTANCE, { identifier });
  if (instance === undefined) throw new Error(`No RDS instance has the identifier ${identifier}.`);
  const secretArn = new Properties(instance.state).maps("masterUserSecrets")[0]?.string("secretArn");
  const secret = secretArn === undefined ? undefined : await masterSecret(store, secretArn);
  if (secret === undefined)
    throw new Error(`The master password of ${identifier} is not managed by Secrets Manager.`);
  await rotate(cloud, store, secret, randomUUID());
}

/** A secret that RDS manages: the instance whose it is, and the version that holds what is valid. */
export interface MasterSecret {
  instance: ResourceRow;
  version: ResourceRow;
}

/** The secret of that ARN, if RDS manages it. */
export async function masterSecret(
  store: ResourceStore,
  secretArn: string,
): Promise<MasterSecret | undefined> {
  const [version] = (await store.everywhere(VERSION, { arn: secretArn })).filter(
    ({ owner, state }) =>
      owner?.type === INSTANCE &&
      Array.isArray(state.versionStages) &&
      state.versionStages.includes("AWSCURRENT"),
  );
  if (version?.owner === undefined) return undefined;
  const { type, id } = version.owner;
  const instance = await store.get({ type, region: version.region, id });
  return instance === undefined ? undefined : { instance, version };
}

/** Puts a new password into the database and into the secret, as its version of that id. */
export async function rotate(
  cloud: LocalCloud,
  store: ResourceStore,
  { instance, version }: MasterSecret,
  versionId: string,
): Promise<void> {
  const username = asText(instance.state.username);
  const password = generatePassword();
  if (instance.state.engine === "postgres") await setPassword(cloud, username, password);
  await store.save({
    ...version,
    state: { ...version.state, versionId, secretString: credentials(username, password) },
  });
}

async function theOnly(store: ResourceStore, { id, type = "*" }: Target): Promise<ResourceRow> {
  const found = (await store.named(id)).filter(
    (row) => row.owner === undefined && globMatches(type, row.type),
  );
  const [row, another] = found;
  if (row === undefined)
    throw new Error(`No resource of the account has the id or ARN ${id} and a type ${type}.`);
  if (another !== undefined) {
    throw new Error(
      `${id} names several resources: ${found.map((each) => each.type).join(", ")}; give the type, too.`,
    );
  }
  return row;
}
