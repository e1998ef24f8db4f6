import * as fs from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { dependencies } from "../../../package.json";
import { serveComponents } from "../components/serve";
import { addonComponent } from "./addon";
import { clusterComponent, useKubeconfig } from "./cluster";
import { nodeGroupComponent } from "./node-group";

const cloud = z.object({ kubernetes: z.object({ kubeconfig: z.string() }) });

/** Runs the `eks` plugin. A cluster's kubeconfig is that of the local API's administrator. */
export function main({ cloudFile }: { cloudFile: string }): Promise<void> {
  useKubeconfig((server) =>
    server.apply(() => {
      const { kubernetes } = cloud.parse(JSON.parse(fs.readFileSync(cloudFile, "utf8")));
      return z.looseObject({}).parse(parse(fs.readFileSync(kubernetes.kubeconfig, "utf8")));
    }),
  );
  return serveComponents(dependencies["@pulumi/eks"], {
    "eks:index:Cluster": clusterComponent,
    "eks:index:ManagedNodeGroup": nodeGroupComponent,
    "eks:index:Addon": addonComponent,
  });
}
