import { serveProvider } from "../../plugin/serve";
import { dependencies } from "../../../package.json";
import { warnThrough } from "./engine-log";
import { KubernetesProvider } from "./provider";

/** Runs the `kubernetes` plugin. It needs nothing of the local cloud: its kubeconfig comes from the program. */
export function main(): Promise<void> {
  return serveProvider(
    new KubernetesProvider(dependencies["@pulumi/kubernetes"], warnThrough(process.argv[2])),
  );
}
