import { bitsFor, firstOf, following, lastOf, overlap, parseBlock, sizeOf, type Block } from "./blocks";
import type { Layout, LayoutRequest, PlacedSubnet, ResolvedSpec } from "./layout";
import { withMaskAndSize, type SubnetSpec } from "./specs";

/** Widest prefix of a type that has no mask given. */
const WIDEST = { Private: 19, Public: 20, Isolated: 24 } as const;
const ORDER = ["Private", "Public", "Isolated"] as const;

/** The layout of old: private, public, isolated, in whatever order they were given. */
export function legacyLayout(request: LayoutRequest): Layout {
  const vpc = parseBlock(request.cidrBlock);
  const zonePrefix = request.zonePrefix ?? vpc.prefix + bitsFor(request.zones.length);
  const zones = request.zones.map((_, zone) => part(vpc, zonePrefix, zone));
  const specs = request.specs?.map(withMaskAndSize);
  const subnets =
    specs === undefined
      ? defaultSubnets(zones)
      : zones.flatMap((base, zone) => zoneSubnets(base, zone, specs));
  return { subnets, resolved: shownLayout(subnets.slice(0, subnets.length / zones.length)) };
}

/** A private half of each zone, and half of the rest public; all private ones come first. */
function defaultSubnets(zones: readonly Block[]): PlacedSubnet[] {
  const halves = zones.map((base) => part(base, base.prefix + 1, 0));
  return [
    ...halves.map((block, zone) => ({ spec: { type: "Private" as const }, zone, block })),
    ...halves.map((half, zone) => {
      const rest = part(half, half.prefix, 1);
      return { spec: { type: "Public" as const }, zone, block: part(rest, rest.prefix + 1, 0) };
    }),
  ];
}

function zoneSubnets(base: Block, zone: number, specs: readonly SubnetSpec[]): PlacedSubnet[] {
  const halving = specs.length === 1 ? 0 : 1;
  const placed: PlacedSubnet[] = [];
  let last: Block = { address: base.address - 1, prefix: 32 };
  // What subnets of the next type are counted from: the zone, or what follows the last block of the types before.
  let start = base;
  for (const type of ORDER) {
    const ofType = specs.filter((spec) => spec.type === type);
    for (const [index, spec] of ofType.entries()) {
      const prefix = spec.cidrMask ?? Math.max(base.prefix + halving, WIDEST[type]);
      const wished = part(start, prefix, index);
      const block = overlap(last, wished) ? following(last, prefix) : wished;
      placed.push({ spec, zone, block });
      last = block;
    }
    if (ofType.length > 0) start = part(last, last.prefix, 1);
  }
  return placed;
}

/** The n-th block of a size, counted from a block's first address, even beyond the block. */
function part(base: Block, prefix: number, index: number): Block {
  if (prefix > 32) throw new Error(`Requested a /${prefix} subnet, but /32 is the smallest.`);
  return { address: base.address + index * sizeOf(prefix), prefix };
}

/** What the official component shows as its layout: the first zone's share of the list, gaps as `Unused`. */
function shownLayout(subnets: readonly PlacedSubnet[]): ResolvedSpec[] {
  const shown: ResolvedSpec[] = [];
  let end: number | undefined;
  for (const { spec, block } of subnets) {
    const gap = end === undefined ? 0 : firstOf(block) - end;
    if (gap > 0) {
      const cidrMask = 32 - Math.floor(Math.log2(gap));
      shown.push({ type: "Unused", cidrMask, size: sizeOf(cidrMask) });
    }
    const { type, name } = spec;
    shown.push({
      type,
      ...(name === undefined ? {} : { name }),
      cidrMask: block.prefix,
      size: sizeOf(block.prefix),
    });
    end = lastOf(block) + 1;
  }
  return shown;
}
