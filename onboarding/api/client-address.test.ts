import { expect } from "chai";
import { clientAddressBehind } from "./client-address";

describe("a client's address", () => {
  const addressOf = clientAddressBehind(["10.0.0.0/16", "fd00::/64"]);

  for (const [what, peer, forwardedFor, expected] of [
    ["is the connection's where nothing was forwarded", "10.0.1.2", undefined, "10.0.1.2"],
    ["is the connection's where a stranger forwards", "192.0.2.1", "198.51.100.7", "192.0.2.1"],
    ["is what a trusted proxy saw", "10.0.1.2", "198.51.100.7", "198.51.100.7"],
    ["is never what the client says itself", "10.0.1.2", "6.6.6.6, 198.51.100.7", "198.51.100.7"],
    ["is never a trusted one that the client claims", "10.0.1.2", "10.0.1.9, 198.51.100.7", "198.51.100.7"],
    ["is behind a chain of trusted proxies", "10.0.1.2", "6.6.6.6, 198.51.100.7, 10.0.3.4", "198.51.100.7"],
    ["is the outermost where all are trusted", "10.0.1.2", "10.0.9.9", "10.0.9.9"],
    ["is the last that was one where the next is none", "10.0.1.2", "6.6.6.6, unknown, 10.0.3.4", "10.0.3.4"],
    ["comes without the port", "10.0.1.2", "198.51.100.7:4711", "198.51.100.7"],
    ["of IPv6 comes without port and brackets", "fd00::1", "[2001:db8::7]:4711", "2001:db8::7"],
    ["of IPv6 may come bare", "fd00::1", "2001:db8::7", "2001:db8::7"],
    ["of IPv4 may be written as one of IPv6", "::ffff:10.0.1.2", "::ffff:198.51.100.7", "198.51.100.7"],
    ["is no number", "10.0.1.2", "3232235777", "10.0.1.2"],
  ] as const) {
    it(what, () => expect(addressOf(peer, forwardedFor)).to.equal(expected));
  }

  it("is the connection's as long as no proxy is trusted", () => {
    expect(clientAddressBehind([])("127.0.0.1", "6.6.6.6")).to.equal("127.0.0.1");
  });
});
