import { version } from "@pulumi/eks/package.json";
import * as pulumi from "@pulumi/pulumi";
import { Arguments } from "../components/arguments";
import { serveComponents, type Method } from "../components/serve";
import { addonComponent } from "./addon";
import { clusterComponent } from "./cluster";
import { localKubeconfig, useCloudFile } from "./kubeconfig";
import { nodeGroupComponent } from "./node-group";
import { registerReferences } from "./references";

/** Runs the `eks` plugin of a local cloud, under the version of the SDK that programs use. */
export function main({ cloudFile }: { cloudFile: string }): Promise<void> {
  useCloudFile(cloudFile);
  registerReferences();
  return serveComponents(
    version,
    {
      "eks:index:Addon": addonComponent,
      "eks:index:Cluster": clusterComponent,
      "eks:index:ManagedNodeGroup": nodeGroupComponent,
    },
    { [GET_KUBECONFIG]: getKubeconfig },
  );
}

const GET_KUBECONFIG = "eks:index:Cluster/getKubeconfig";

/** A role or a profile would be the `aws` command's to use, and there is none: the caller is told, not made an administrator. */
const getKubeconfig: Method = (inputs) => {
  new Arguments({ type: GET_KUBECONFIG, names: ["__self__"] }, inputs);
  return Promise.resolve({ result: pulumi.secret(JSON.stringify(localKubeconfig())) });
};
