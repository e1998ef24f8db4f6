import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Whom to make a kubeconfig for, and where. */
export interface IssueOptions {
  /** The `tenantry-kubernetes` program. */
  binary: string;
  /** The data folder of the cluster that runs. */
  directory: string;
  user: string;
  groups: string[];
  /** The file to write. */
  file: string;
}

/**
 * Writes a kubeconfig with a client certificate for a user and groups, good for a day, as an identity provider would
 * give a token. What the user may do is RBAC's to say.
 * @throws if no cluster runs on the folder
 */
export async function issueKubeconfig(options: IssueOptions): Promise<void> {
  const { binary, directory, user, groups, file } = options;
  const args = ["issue-kubeconfig", "--data-dir", directory, "--user", user, "--out", file];
  await promisify(execFile)(binary, [...args, ...groups.flatMap((group) => ["--group", group])]);
}
