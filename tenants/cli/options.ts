import { existsSync } from "node:fs";
import * as path from "node:path";
import type { PolicyPack } from "../engine";
import { BadInputError } from "./failure";

/** Directory with the tenants' specs that ships. */
export const DEFAULT_SPECS = path.resolve(__dirname, "../specs");

/** The pack that judges every preview and up. */
export const DEFAULT_POLICY_PACK = path.resolve(__dirname, "../../policy/guardrails");

/** How many tenants are worked on at once: an operation in flight costs some 100 MB and most of a core. */
export const DEFAULT_CONCURRENCY = 2;

/** What a command of the line was asked. */
export interface CommandOptions {
  readonly specs: string;
  readonly all?: boolean;
  readonly policyPack?: readonly string[];
  readonly concurrency: number;
  readonly secretsProvider?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly debug?: boolean;
  readonly removeProtection?: boolean;
}

/**
 * The packs to judge with.
 *
 * @throws BadInputError where one is not there
 */
export function policyPacksOf({ policyPack = [DEFAULT_POLICY_PACK] }: CommandOptions): PolicyPack[] {
  return policyPack.map((directory) => {
    const resolved = path.resolve(directory);
    if (!existsSync(path.join(resolved, "PulumiPolicy.yaml"))) {
      throw new BadInputError(
        `--policy-pack is '${directory}': expected a directory with a PulumiPolicy.yaml`,
      );
    }
    return { path: resolved };
  });
}

/** Reads a count off the command line. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64) {
    throw new BadInputError(`--concurrency is '${text}': expected a whole number from 1 to 64`);
  }
  return count;
}
