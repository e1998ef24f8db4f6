import { bitsFor, blockText, following, overlap, parseBlock, sizeOf, type Block } from "./blocks";
import { legacyLayout } from "./legacy-layout";
import { withMaskAndSize, type SubnetSpec, type SubnetType } from "./specs";

/** Where subnets are to be laid out. */
export interface LayoutRequest {
  /** The VPC's block. */
  cidrBlock: string;
  /** Zone names; the position counts. */
  zones: readonly string[];
  specs?: readonly SubnetSpec[];
  strategy: "Legacy" | "Auto";
  /** Prefix length of a zone's part; the VPC's, split among the zones, unless given. */
  zonePrefix?: number;
}

/** A subnet with its place. */
export interface PlacedSubnet {
  spec: SubnetSpec;
  /** Position of the zone, from 0. */
  zone: number;
  block: Block;
}

/** A spec as the component's output `subnetLayout` shows it. */
export interface ResolvedSpec {
  type: SubnetType;
  name?: string;
  cidrMask?: number;
  size?: number;
  cidrBlocks?: string[];
}

/** Subnets, zone by zone, and what they came from. */
export interface Layout {
  subnets: PlacedSubnet[];
  resolved: ResolvedSpec[];
}

/** Smallest zone in which subnets are laid out that nobody asked for: they would be smaller than /28. */
const SMALLEST_DEFAULT_ZONE = 26;

/** Lays subnets out. @throws {Error} If they don't fit, or overlap. */
export function layOut(request: LayoutRequest): Layout {
  const { specs, strategy } = request;
  const layout = specs?.some(({ cidrBlocks }) => cidrBlocks !== undefined)
    ? explicitLayout(request, specs)
    : strategy === "Legacy"
      ? legacyLayout(request)
      : autoLayout(request);
  refuseOverlaps(layout.subnets);
  return layout;
}

function explicitLayout({ zones }: LayoutRequest, specs: readonly SubnetSpec[]): Layout {
  const subnets = zones.flatMap((_, zone) =>
    specs.map((spec) => ({ spec, zone, block: parseBlock(spec.cidrBlocks?.[zone] ?? "") })),
  );
  return { subnets, resolved: specs.map(resolved) };
}

/** Each zone gets an equal part; in it, specs follow each other as given, each at the next block of its own size. */
function autoLayout(request: LayoutRequest): Layout {
  const vpc = parseBlock(request.cidrBlock);
  const zonePrefix = request.zonePrefix ?? vpc.prefix + bitsFor(request.zones.length);
  const specs = (request.specs ?? defaultSpecs(zonePrefix)).map(withMaskAndSize);
  if (specs.length === 0) throw new Error("No subnets specified");
  const defaultPrefix = zonePrefix + bitsFor(specs.length);
  const prefixOf = (spec: SubnetSpec): number => spec.cidrMask ?? defaultPrefix;
  const needed = specs.reduce((sum, spec) => sum + sizeOf(prefixOf(spec)), 0);
  if (needed > sizeOf(zonePrefix)) {
    throw new Error(
      `Subnets are too large for VPC. VPC has ${sizeOf(zonePrefix)} addresses, but subnets require ${needed} addresses.`,
    );
  }
  const subnets = request.zones.flatMap((_, zone) => {
    let previous: Block | undefined;
    return specs.map((spec) => {
      const prefix = prefixOf(spec);
      const start = vpc.address + zone * sizeOf(zonePrefix);
      const block: Block = previous === undefined ? { address: start, prefix } : following(previous, prefix);
      previous = block;
      return { spec, zone, block };
    });
  });
  return { subnets, resolved: specs.map(resolved) };
}

/** A private half and a public quarter of each zone; of zones wider than /16, only that much. */
function defaultSpecs(zonePrefix: number): SubnetSpec[] {
  if (zonePrefix > SMALLEST_DEFAULT_ZONE) {
    throw new Error(
      `Automatic subnet creation requires a VPC with at least /${SMALLEST_DEFAULT_ZONE} available per AZ, but only /${zonePrefix} is available. ` +
        `If you do need very small subnets, please specify them explicitly.`,
    );
  }
  const widest = Math.max(zonePrefix, 16);
  return [
    { type: "Private", cidrMask: widest + 1 },
    { type: "Public", cidrMask: widest + 2 },
  ];
}

function resolved({ type, name, cidrMask, size, cidrBlocks }: SubnetSpec): ResolvedSpec {
  return {
    type,
    ...(name === undefined ? {} : { name }),
    ...(cidrMask === undefined ? {} : { cidrMask }),
    ...(size === undefined ? {} : { size }),
    ...(cidrBlocks === undefined ? {} : { cidrBlocks }),
  };
}

function refuseOverlaps(subnets: readonly PlacedSubnet[]): void {
  const overlapping = subnets.filter((one) =>
    subnets.some((other) => other !== one && overlap(one.block, other.block)),
  );
  if (overlapping.length === 0) return;
  const list = overlapping.map(
    ({ spec, zone, block }) => `${spec.name ?? spec.type.toLowerCase()}-${zone + 1}: ${blockText(block)}`,
  );
  throw new Error(
    "The following subnets overlap with at least one other subnet. Make the CIDR for the VPC larger, " +
      `reduce the size of the subnets per AZ, or use less Availability Zones:\n - ${list.join("\n - ")}`,
  );
}
