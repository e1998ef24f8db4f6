import * as pulumi from "@pulumi/pulumi";

/** Tags by key. */
export type Tags = Record<string, pulumi.Input<string>>;

/** Tags of several places in one map, later ones winning; what is known when the program runs stays known. */
export function mergeTags(
  ...parts: readonly (pulumi.Input<Tags> | undefined)[]
): pulumi.Input<Record<string, pulumi.Input<string>>> {
  const known = parts.filter((part) => part !== undefined);
  if (known.every((part) => isPlain(part))) return laidOver(known);
  return pulumi.all(known).apply((maps) => laidOver(maps));
}

function laidOver<T>(maps: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return Object.fromEntries(maps.flatMap((map) => Object.entries(map)));
}

function isPlain(part: pulumi.Input<Tags>): part is Tags {
  return !pulumi.Output.isInstance(part) && !(part instanceof Promise);
}
