import * as path from "node:path";
import { builtWithGo } from "./go-build.mjs";
import { repository } from "./paths.mjs";

/** The local Kubernetes: one program of our own around the upstream modules. */
export function findKubernetes(progress, signal) {
  const tool = {
    name: "tenantry-kubernetes",
    label: "building the local Kubernetes",
    folder: path.join(repository, "local", "kubernetes", "server"),
    package: ".",
  };
  return builtWithGo(tool, progress, signal);
}
