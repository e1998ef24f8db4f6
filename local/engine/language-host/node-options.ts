import { createRequire } from "node:module";
import * as path from "node:path";
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";
import { z } from "zod";

const runtimeOptions = z.object({
  typescript: z.boolean().default(true),
  nodeargs: z.string().default(""),
  tsconfig: z.string().optional(),
});

/** The `runtime.options` of a Pulumi.yaml or PulumiPolicy.yaml that concern how Node is started. */
export interface NodeOptions {
  /** Arguments for `node` itself, before the script. */
  nodeArgs: string[];
  /** The program may be TypeScript, which the SDK's launchers then compile. */
  typescript: boolean;
  /** How the SDK's launchers learn about TypeScript. */
  environment: Record<string, string>;
}

/** @throws if an option has the wrong type; the message names it */
export function nodeOptions(info: ProgramInfo): NodeOptions {
  const parsed = runtimeOptions.safeParse(info.getOptions()?.toJavaScript() ?? {});
  if (!parsed.success) {
    throw new Error(`The runtime's options are wrong: ${z.prettifyError(parsed.error)}`);
  }
  const { typescript, nodeargs, tsconfig } = parsed.data;
  return {
    nodeArgs: splitWords(nodeargs),
    typescript,
    environment: {
      PULUMI_NODEJS_TYPESCRIPT: String(typescript),
      ...(tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
    },
  };
}

/** Splits a command line as a shell would that knows quotes and nothing else. */
export function splitWords(text: string): string[] {
  const words = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""),
  );
}

/** One of the scripts of the Pulumi SDK that start a program, a policy pack or a plugin. */
export type Launcher = "run" | "run-policy-pack" | "run-plugin";

/**
 * The path of a launcher in the SDK that the program itself would import.
 * @throws if the program's dependencies are not installed
 */
export function findLauncher(launcher: Launcher, programDirectory: string): string {
  try {
    return createRequire(path.join(programDirectory, "index.js")).resolve(
      `@pulumi/pulumi/cmd/${launcher}/index.js`,
    );
  } catch (error) {
    throw new Error(
      `The Pulumi SDK @pulumi/pulumi is not installed for ${programDirectory}: run npm ci there.`,
      {
        cause: error,
      },
    );
  }
}
