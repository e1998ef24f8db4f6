import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { LocalCloud } from "../cloud";
import { replaceLink, writeSecretFile } from "../files";
import type { InstancePaths } from "../paths";
import type { Tools } from "../tools";
import { installPlugins } from "./plugins";

/** A PULUMI_HOME that is ready for use. */
export interface PreparedHome {
  pulumi: LocalCloud["pulumi"];
  /** Plugins that have not been built; resources of theirs cannot be handled. */
  missingPlugins: string[];
}

/**
 * Makes, or brings up to date, everything the Pulumi CLI needs: PULUMI_HOME with the provider plugins, the state folder,
 * a random passphrase for its secrets, and a `bin` folder for PATH.
 */
export function preparePulumiHome(paths: InstancePaths, tools: Tools): PreparedHome {
  const missingPlugins = installPlugins(paths.pulumiHome);
  mkdirSync(paths.state, { recursive: true });
  mkdirSync(paths.bin, { recursive: true });
  if (!existsSync(paths.passphraseFile)) {
    writeSecretFile(paths.passphraseFile, randomBytes(32).toString("base64url") + "\n");
  }
  replaceLink(tools.pulumi, path.join(paths.bin, "pulumi"));
  replaceLink(tools.kubernetes, path.join(paths.bin, "kubectl"));
  const languageHost = path.join(paths.bin, "pulumi-language-nodejs");
  if (tools.languageHost) {
    replaceLink(tools.languageHost, languageHost);
  } else {
    rmSync(languageHost, { force: true });
  }
  return {
    pulumi: {
      home: paths.pulumiHome,
      // No attributes beside the files: those are not written at once, and a CLI that is killed meanwhile leaves a stack that
      // cannot be read any more.
      backendUrl: `${pathToFileURL(paths.state).href}?metadata=skip`,
      passphraseFile: paths.passphraseFile,
    },
    missingPlugins,
  };
}
