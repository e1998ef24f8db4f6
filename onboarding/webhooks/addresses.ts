import * as ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.parse>;

/** Global unicast IPv6 (RFC 4291, IANA): everything else is special, or could become so. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Says why nothing may be sent to an address.
 *
 * Only addresses of the public internet are good: no private, loopback, link-local (such as the metadata service at
 * 169.254.169.254), carrier-grade NAT, multicast, unspecified or reserved one, and no IPv6 address that carries an IPv4
 * one (mapped, compatible, NAT64, 6to4, Teredo), for a translator on the way might unwrap it.
 *
 * @param text an IPv4 or IPv6 address
 * @param allowPrivate CIDRs that are good nevertheless
 * @returns the kind of address, such as `linkLocal`; undefined where it is good
 * @throws Error where a CIDR is not one
 */
export function addressProblem(text: string, allowPrivate: readonly string[] = []): string | undefined {
  const cidrs = allowPrivate.map(parseCidr);
  if (!ipaddr.isValid(text) || text.includes("%")) return "invalid";
  const address = ipaddr.parse(text);
  if (cidrs.some(([network, length]) => contains(address, network, length))) return undefined;
  const range = address.range();
  if (range !== "unicast") return range;
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST)) return "reserved";
  return undefined;
}

function contains(address: Address, network: Address, length: number): boolean {
  return address.kind() === network.kind() && address.match(network, length);
}

function parseCidr(text: string): [Address, number] {
  if (!ipaddr.isValidCIDR(text)) {
    throw new Error(`allowPrivate has '${text}': expected a CIDR such as 127.0.0.0/8`);
  }
  return ipaddr.parseCIDR(text);
}
