import { type InvokeOptions, ProviderResource } from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { invoke } from "@pulumi/pulumi/runtime/invoke";
import { resourceOf } from "../events";
import type { Search } from "../pending";
import type { StateResource } from "../state";

/** The output that has what was found. */
export const FOUND = "found";

/**
 * A program that makes nothing and asks one question.
 *
 * @param source provider of the state as whose equal the question is asked; undefined: the package's default one
 */
export function searchProgram({ token, args }: Search, source: StateResource | undefined): PulumiFn {
  return async () => {
    const options: InvokeOptions = source === undefined ? {} : { provider: equalOf(source) };
    const answer: unknown = await invoke(token, { ...args }, options);
    return { [FOUND]: answer };
  };
}

/** A provider of whichever package. */
class AnyProvider extends ProviderResource {}

function equalOf({ urn, inputs = {} }: StateResource): ProviderResource {
  const { type, name } = resourceOf(urn);
  const { version, ...settings } = inputs;
  const options = typeof version === "string" ? { version } : {};
  return new AnyProvider(type.replace("pulumi:providers:", ""), `${name}-search`, settings, options);
}
