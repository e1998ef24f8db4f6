import type { Arguments } from "../../components/arguments";
import { parseBlock, sizeOf } from "./blocks";

/** Whom a subnet reaches: the internet through its gateway, through a NAT gateway, or not at all; or space kept free. */
export type SubnetType = "Public" | "Private" | "Isolated" | "Unused";

const TYPES: readonly SubnetType[] = ["Public", "Private", "Isolated", "Unused"];

/** One subnet of every zone, as the program asks for it. */
export interface SubnetSpec {
  type: SubnetType;
  name?: string;
  cidrMask?: number;
  /** Addresses. */
  size?: number;
  /** One block a zone. */
  cidrBlocks?: string[];
  /** Where in the arguments it was given. */
  arguments?: Arguments;
}

/** Largest prefix that a size can stand for. */
const LARGEST_PREFIX = 30;

/** Reads the argument `subnetSpecs`. @throws {Error} If specs contradict themselves or each other; lists all that is wrong. */
export function readSpecs(args: Arguments, zones: number): SubnetSpec[] | undefined {
  const specs = args
    .each("subnetSpecs", [
      "assignIpv6AddressOnCreation",
      "cidrBlocks",
      "cidrMask",
      "name",
      "size",
      "tags",
      "type",
    ])
    ?.map(readSpec);
  if (specs === undefined) return undefined;
  const issues = specs.some(({ cidrBlocks }) => cidrBlocks !== undefined)
    ? specs.flatMap((spec, index) => blockIssues(spec, index, zones))
    : specs.flatMap(sizeIssues);
  if (issues.length > 0) throw new Error(`Invalid subnet specifications:\n - ${issues.join("\n - ")}`);
  return specs;
}

/** A spec whose mask and size agree, where either is given. */
export function withMaskAndSize(spec: SubnetSpec): SubnetSpec {
  const cidrMask = spec.cidrMask ?? (spec.size === undefined ? undefined : 32 - Math.log2(spec.size));
  return cidrMask === undefined ? spec : { ...spec, cidrMask, size: sizeOf(cidrMask) };
}

function readSpec(args: Arguments): SubnetSpec {
  return {
    type: args.choice("type", TYPES) ?? args.refuse("type", "is missing"),
    name: args.text("name"),
    cidrMask: args.number("cidrMask"),
    size: args.number("size"),
    cidrBlocks: args.texts("cidrBlocks"),
    arguments: args,
  };
}

function sizeIssues({ size, cidrMask }: SubnetSpec): string[] {
  const prefix = size === undefined ? 0 : 32 - Math.log2(size);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > LARGEST_PREFIX)
    return [`The following subnet sizes are invalid: ${size}. Expected a power of two from 4.`];
  if (size !== undefined && cidrMask !== undefined && sizeOf(cidrMask) !== size)
    return [
      `Subnet size ${size} does not match the expected size for a /${cidrMask} subnet (${sizeOf(cidrMask)}).`,
    ];
  return [];
}

function blockIssues({ cidrBlocks, cidrMask, size }: SubnetSpec, index: number, zones: number): string[] {
  if (cidrBlocks === undefined)
    return ["If any subnet spec has explicit cidrBlocks, all subnets must have explicit cidrBlocks."];
  if (cidrBlocks.length !== zones)
    return [
      `The number of CIDR blocks in subnetSpecs[${index}] must match the number of availability zones (${zones}).`,
    ];
  const prefixes = cidrBlocks.map((block) => parseBlock(block).prefix);
  if (cidrMask !== undefined && prefixes.some((prefix) => prefix !== cidrMask))
    return [`The cidrMask in subnetSpecs[${index}] must match all cidrBlocks or be left undefined.`];
  if (size !== undefined && prefixes.some((prefix) => sizeOf(prefix) !== size))
    return [`The size in subnetSpecs[${index}] must match all cidrBlocks or be left undefined.`];
  return [];
}
