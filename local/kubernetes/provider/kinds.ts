import type { PluginMap } from "../../plugin/values";
import { textAt } from "./object";

/** What a type token stands for. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Packages of the official plugin that are not objects of the API. */
const COMPONENTS = /^kubernetes:(helm\.sh|kustomize|yaml)/;

/**
 * Reads a type token, `kubernetes:<group>/<version>:<Kind>`.
 *
 * @throws Error naming a type that the local cloud doesn't offer
 */
export function kindOf(type: string, inputs: PluginMap = {}): Kind {
  const [, groupVersion = "", kind = ""] = type.split(":");
  if (COMPONENTS.test(type) || kind === "" || /(Patch|List)$/.test(kind)) {
    throw new Error(
      `${type}: not supported by the local cloud's kubernetes provider; expected a kind of the API`,
    );
  }
  const apiVersion = textAt(inputs, "apiVersion") ?? groupVersion.replace(/^core\//, "");
  return { apiVersion, kind };
}
