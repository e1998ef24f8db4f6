import * as path from "node:path";

/** The repository this file belongs to. */
export const repositoryRoot = path.dirname(__dirname);

/** Where one local cloud keeps its files. Nothing of it lies outside `root`, except a PostgreSQL that must (see postgres/README.md). */
export interface InstancePaths {
  /** `.local/<instance>` of the repository. */
  root: string;
  /** The cloud's address book, see cloud.ts. */
  cloudFile: string;
  /** Held while the cloud is started, stopped or deleted. */
  lock: string;
  postgres: string;
  kubernetes: string;
  /** PULUMI_HOME: the provider plugins. */
  pulumiHome: string;
  /** Stacks' state of the file backend. */
  state: string;
  /** `pulumi`, its language host and `kubectl`, for PATH. */
  bin: string;
  /**
   * Encrypts the secrets in `state`. All instances of a clone share it, because pulumi writes a salt that belongs to it
   * into the settings file of the stack `local`, which they share, too.
   */
  passphraseFile: string;
}

/** The instance `npm start` uses when TENANTRY_LOCAL names no other. */
export const defaultInstance = "default";

const instanceName = /^[a-z][a-z0-9-]{0,30}$/;

/**
 * The paths of one local cloud.
 * @param directory where instances lie; default: `.local` of the repository
 * @throws if the name is not one of lowercase letters, digits and hyphens, 31 characters at most
 */
export function instancePaths(
  instance: string,
  directory = path.join(repositoryRoot, ".local"),
): InstancePaths {
  if (!instanceName.test(instance)) {
    throw new Error(
      `The local cloud's name (TENANTRY_LOCAL) is ${JSON.stringify(instance)}; expected a letter, then up to 30 lowercase letters, digits or hyphens.`,
    );
  }
  const root = path.join(directory, instance);
  return {
    root,
    cloudFile: path.join(root, "cloud.json"),
    lock: path.join(root, "lock"),
    postgres: path.join(root, "postgres"),
    kubernetes: path.join(root, "kubernetes"),
    pulumiHome: path.join(root, "pulumi"),
    state: path.join(root, "state"),
    bin: path.join(root, "bin"),
    passphraseFile: path.join(directory, "passphrase"),
  };
}
