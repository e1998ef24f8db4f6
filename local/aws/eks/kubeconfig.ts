import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { readCloudFile } from "../provider/cloud-file";

let cloudFile: string | undefined;

/** Says where the local cloud's address book is, once, when the plugin starts. */
export function useCloudFile(file: string): void {
  cloudFile = file;
}

/**
 * The kubeconfig of every local cluster: that of the real local API's administrator, with a client certificate in
 * place of the official one's command `aws eks get-token`.
 *
 * @throws {Error} If the local cloud is not up.
 */
export function localKubeconfig(): object {
  if (cloudFile === undefined) throw new Error("The plugin does not know its local cloud.");
  const { kubernetes } = readCloudFile(cloudFile);
  const kubeconfig: unknown = parse(readFileSync(kubernetes.kubeconfig, "utf8"));
  if (typeof kubeconfig !== "object" || kubeconfig === null)
    throw new Error(`${kubernetes.kubeconfig} is not a kubeconfig`);
  return kubeconfig;
}
