import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { readIfPresent, writeFileAtomically } from "../files";
import { repositoryRoot } from "../paths";

/** The provider plugins that the local cloud answers for. */
export const pluginNames = ["aws", "awsx", "eks", "kubernetes"] as const;

type PluginName = (typeof pluginNames)[number];

const version = z.string().regex(/^\d+\.\d+\.\d+$/, "expected an exact version, as in 1.2.3");

const manifest = z.object({
  dependencies: z.object({
    "@pulumi/aws": version,
    "@pulumi/awsx": version,
    "@pulumi/eks": version,
    "@pulumi/kubernetes": version,
  }),
});

/** The exact versions that package.json pins; the engine looks for plugins of these. */
export function pinnedVersions(
  packageFile = path.join(repositoryRoot, "package.json"),
): Record<PluginName, string> {
  const { dependencies } = manifest.parse(JSON.parse(readFileSync(packageFile, "utf8")));
  return {
    aws: dependencies["@pulumi/aws"],
    awsx: dependencies["@pulumi/awsx"],
    eks: dependencies["@pulumi/eks"],
    kubernetes: dependencies["@pulumi/kubernetes"],
  };
}

/** The bundle that scripts/bundle.mjs makes of a plugin. */
export function bundleOf(name: PluginName): string {
  return path.join(repositoryRoot, "dist", "local", `plugin-${name}.cjs`);
}

/**
 * Puts the local plugins into a PULUMI_HOME under the pinned versions, and takes away those of other versions.
 * @returns the names of plugins whose bundle has not been built
 */
export function installPlugins(pulumiHome: string): PluginName[] {
  const folder = path.join(pulumiHome, "plugins");
  mkdirSync(folder, { recursive: true });
  const versions = pinnedVersions();
  const wanted = new Map(pluginNames.map((name) => [`resource-${name}-v${versions[name]}`, name]));
  for (const present of readdirSync(folder)) {
    if (present.startsWith("resource-") && !wanted.has(present)) {
      rmSync(path.join(folder, present), { recursive: true, force: true });
    }
  }
  const missing: PluginName[] = [];
  for (const [directory, name] of wanted) {
    writeLauncher(path.join(folder, directory), name);
    if (!existsSync(bundleOf(name))) {
      missing.push(name);
    }
  }
  return missing;
}

function writeLauncher(directory: string, name: PluginName): void {
  const file = path.join(directory, `pulumi-resource-${name}`);
  const script = `#!/usr/bin/env node
require(${JSON.stringify(bundleOf(name))}).main({ cloudFile: require("node:path").join(__dirname, "../../../cloud.json") });
`;
  if (readIfPresent(file) !== script) {
    writeFileAtomically(file, script, 0o755);
    chmodSync(file, 0o755);
  }
}
