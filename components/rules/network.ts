import { containsCidr, overlapCidr, parseCidr } from "cidr-tools";

/** Availability zones that a cell spans at least: an EKS control plane and an RDS failover need two to lose one. */
export const MIN_ZONES = 3;

/** Most zones that the layout has room for: it divides the range by four. */
export const MAX_ZONES = 4;

/**
 * Prefix lengths of a cell's range, in bits. AWS allows /16 to /28; a /20 leaves each zone's database subnet the /28
 * that is the smallest AWS has.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
export const CIDR_PREFIX = { min: 16, max: 20 } as const;

/** Shortest prefix of a range that may be let in, in bits; 10.0.0.0/8, the largest private range, just passes. */
export const NARROW_ENOUGH = { ipv4: 8, ipv6: 16 } as const;

/** Private networks of RFC 1918. */
const RFC1918 = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** Where a VPC may be; the last is RFC 6598's. */
const PRIVATE_RANGES = [...RFC1918, "100.64.0.0/10"];

/**
 * Prefix lengths of the services' range, in bits; it is one of RFC 1918.
 * Source: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
 */
export const SERVICE_CIDR_PREFIX = { min: 12, max: 24 } as const;

/** The ranges of a cell's network. */
export interface NetworkRanges {
  /** IPv4 range of the VPC. */
  readonly cidr: string;
  /** IPv4 range of the cluster's services, which no packet outside the cluster carries. */
  readonly serviceCidr: string;
  /** Ranges of networks that the VPC is, or will be, connected to. */
  readonly peerCidrs: readonly string[];
}

/** How long the prefix of each kind of subnet is, in bits: private takes half of a zone, as pods need addresses. */
export function subnetPrefixes(cidr: string): { private: number; public: number; database: number } {
  const { prefix } = parseCidr(cidr);
  const vpc = Number(prefix);
  return { private: vpc + 3, public: vpc + 6, database: vpc + 8 };
}

/** Says what is wrong with a network's ranges, by the key of each; an empty list means that they can be used. */
export function rangeProblems({ cidr, serviceCidr, peerCidrs }: NetworkRanges): string[] {
  const named: [string, string][] = [
    ["cidr", cidr],
    ["serviceCidr", serviceCidr],
    ...peerCidrs.map((peer, index): [string, string] => [`peerCidrs[${index}]`, peer]),
  ];
  const malformed = named.filter(([, range]) => !isIpv4Range(range));
  if (malformed.length > 0) {
    return malformed.map(([key, range]) => `${key}: '${range}'; expected an IPv4 range such as 10.20.0.0/16`);
  }
  const problems: string[] = [];
  const prefix = Number(parseCidr(cidr).prefix);
  if (prefix < CIDR_PREFIX.min || prefix > CIDR_PREFIX.max) {
    problems.push(`cidr: '${cidr}'; expected a prefix of /${CIDR_PREFIX.min} to /${CIDR_PREFIX.max}`);
  }
  if (!PRIVATE_RANGES.some((range) => containsCidr(range, cidr))) {
    problems.push(`cidr: '${cidr}'; expected a private range (${PRIVATE_RANGES.join(", ")})`);
  }
  const servicePrefix = Number(parseCidr(serviceCidr).prefix);
  if (servicePrefix < SERVICE_CIDR_PREFIX.min || servicePrefix > SERVICE_CIDR_PREFIX.max) {
    const { min, max } = SERVICE_CIDR_PREFIX;
    problems.push(`serviceCidr: '${serviceCidr}'; expected a prefix of /${min} to /${max}`);
  }
  if (!RFC1918.some((range) => containsCidr(range, serviceCidr))) {
    problems.push(`serviceCidr: '${serviceCidr}'; expected a private range (${RFC1918.join(", ")})`);
  }
  named.forEach(([key, range], index) => {
    for (const [otherKey, other] of named.slice(index + 1)) {
      // Peers may overlap each other: each is routed apart from the rest.
      if (key.startsWith("peer") && otherKey.startsWith("peer")) continue;
      if (overlapCidr(range, other)) {
        problems.push(
          `${otherKey}: '${other}' overlaps ${key} '${range}'; expected ranges apart from each other`,
        );
      }
    }
  });
  return problems;
}

/** Says what is wrong with a cell's region: names of AWS's services in China differ, and the components don't know them. */
export function regionProblems(region: string): string[] {
  if (!region.startsWith("cn-")) return [];
  return [`'${region}'; expected a region of the partitions aws or aws-us-gov, as aws-cn is not supported`];
}

/** Says what is wrong with a list of availability zones. */
export function zoneProblems(zones: readonly string[], region: string): string[] {
  const problems: string[] = [];
  if (zones.length < MIN_ZONES || zones.length > MAX_ZONES) {
    problems.push(`zones: ${zones.length} given; expected ${MIN_ZONES} or ${MAX_ZONES} availability zones`);
  }
  if (new Set(zones).size !== zones.length)
    problems.push(`zones: ${zones.join(", ")}; expected each zone once`);
  for (const zone of zones.filter((name) => !new RegExp(`^${region}[a-z]$`).test(name))) {
    problems.push(`zones: '${zone}'; expected a zone of region '${region}', such as ${region}a`);
  }
  return problems;
}

/** Whether a text is an IPv4 range whose address is the range's first. */
export function isIpv4Range(range: string): boolean {
  if (!/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(range)) return false;
  try {
    const { start, prefix, ip } = parseCidr(range);
    return Number(prefix) <= 32 && BigInt(start) === ipv4Number(ip);
  } catch {
    return false;
  }
}

/**
 * Whether a range holds so many addresses that letting it in lets strangers in: halves of the internet are as open as
 * the whole. What is no range counts as too wide, since nobody can say whom it lets in.
 */
export function isTooWide(cidr: string): boolean {
  try {
    const { prefix, version } = parseCidr(cidr);
    return Number(prefix) < (version === 4 ? NARROW_ENOUGH.ipv4 : NARROW_ENOUGH.ipv6);
  } catch {
    return true;
  }
}

function ipv4Number(ip: string): bigint {
  return ip.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}
