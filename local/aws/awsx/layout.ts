import { parseCidr } from "cidr-tools";

/** One kind of subnet that every zone gets. */
export interface SubnetSpec {
  readonly type: "Public" | "Private" | "Isolated" | "Unused";
  readonly name?: string;
  /** Length of its prefix; by default an equal share of the zone. */
  readonly cidrMask?: number;
  /** Number of addresses, in place of the mask. */
  readonly size?: number;
}

/** A subnet at its place. */
export interface PlacedSubnet {
  readonly spec: SubnetSpec;
  /** From 0. */
  readonly zone: number;
  readonly cidr: string;
}

/**
 * Lays subnets out as awsx's strategy `Auto` does: every zone gets a block of the range's equal parts, and in it each
 * spec the next block of its own size, in the order given.
 *
 * @throws Error where the specs don't fit
 */
export function layoutSubnets(
  vpcCidr: string,
  zones: number,
  specs: readonly SubnetSpec[],
  zoneMask?: number,
): PlacedSubnet[] {
  const vpc = parseCidr(vpcCidr);
  const vpcBits = Number(vpc.prefix);
  const zoneBits = zoneMask ?? vpcBits + Math.ceil(Math.log2(zones));
  const zoneSize = 2n ** BigInt(32 - zoneBits);
  const placed: PlacedSubnet[] = [];
  for (let zone = 0; zone < zones; zone++) {
    const start = BigInt(vpc.start) + BigInt(zone) * zoneSize;
    let next = start;
    for (const spec of specs) {
      const mask = maskOf(spec, zoneBits, specs.length);
      const size = 2n ** BigInt(32 - mask);
      const base = next % size === 0n ? next : (next / size + 1n) * size;
      if (base + size > start + zoneSize) {
        throw new Error(
          `The following subnets overlap with at least one other subnet, or leave their zone's /${zoneBits}: ` +
            `${spec.name ?? spec.type.toLowerCase()} /${mask} in zone ${zone + 1}`,
        );
      }
      placed.push({ spec, zone, cidr: `${dotted(base)}/${mask}` });
      next = base + size;
    }
  }
  return placed;
}

/** The mask that a spec gets. */
export function maskOf(spec: SubnetSpec, zoneBits: number, specs: number): number {
  if (spec.cidrMask !== undefined) return spec.cidrMask;
  if (spec.size !== undefined) return 32 - Math.ceil(Math.log2(spec.size));
  return zoneBits + Math.ceil(Math.log2(specs));
}

function dotted(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => ((address >> shift) & 255n).toString()).join(".");
}
