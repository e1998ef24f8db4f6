import { isIP } from "node:net";
import * as ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.process>;

/** An address with the port that some proxies add; one of IPv6 is in brackets then. */
const WITH_PORT = /^(?:\[(.+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/;

/** Tells the client behind a connection. */
export type ClientAddress = (peer: string, forwardedFor: string | undefined) => string;

/**
 * Finds out whose request it is. What stands in X-Forwarded-For counts only where a trusted proxy is at the other end of the
 * connection, and from the right, where each proxy adds what it saw: the first that is no trusted proxy is the client, and
 * what stands left of it is its own word. What is no address ends the search.
 *
 * @param trustedProxies networks in CIDR notation, such as the load balancer's subnets
 * @throws Error where one is none
 */
export function clientAddressBehind(trustedProxies: readonly string[]): ClientAddress {
  const networks = trustedProxies.map((cidr) => ipaddr.parseCIDR(cidr));
  const isTrusted = (address: Address): boolean =>
    networks.some(([network, length]) => address.kind() === network.kind() && address.match(network, length));
  return (peer, forwardedFor) => {
    let client = addressIn(peer);
    if (client === undefined) return peer;
    const hops = (forwardedFor ?? "").split(",").reverse();
    for (const hop of hops) {
      const next = addressIn(hop.trim());
      if (!isTrusted(client) || next === undefined) break;
      client = next;
    }
    return client.toString();
  };
}

/** An IPv4 address in the form of one of IPv6 is the former; undefined where it is none. */
function addressIn(text: string): Address | undefined {
  const [, bracketed, dotted] = WITH_PORT.exec(text) ?? [];
  const address = bracketed ?? dotted ?? text;
  return isIP(address) === 0 ? undefined : ipaddr.process(address);
}
