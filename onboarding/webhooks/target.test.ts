import { expect } from "chai";
import { ProblemError } from "../lifecycle";
import { type ResolvedAddress, type TargetRules, checkTarget } from "./target";

const PUBLIC: ResolvedAddress = { address: "93.184.215.14", family: 4 };

/** A resolver that gives every name the same addresses. */
const resolving =
  (...addresses: string[]) =>
  () =>
    Promise.resolve(
      addresses.map((address): ResolvedAddress => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

async function refusal(url: string, rules: TargetRules = {}): Promise<string> {
  try {
    await checkTarget(url, { resolve: resolving(PUBLIC.address), ...rules });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.problem.type).to.equal("webhook-target-refused");
    expect(error.problem.fields?.map(({ field }) => field)).to.deep.equal(["url"]);
    return error.message;
  }
  throw new Error(`${url} was not refused`);
}

describe("a webhook's address", () => {
  it("is good where it is https, and its host public", async () => {
    const { url, addresses } = await checkTarget("https://hooks.example.com/in?tenant=acme", {
      resolve: resolving(PUBLIC.address, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"),
    });
    expect(url.href).to.equal("https://hooks.example.com/in?tenant=acme");
    expect(addresses.map(({ family }) => family)).to.deep.equal([4, 6]);
  });

  it("is good where it is a public address itself", async () => {
    const { addresses } = await checkTarget(`https://${PUBLIC.address}/`);
    expect(addresses).to.deep.equal([PUBLIC]);
  });

  const REFUSED: readonly [string, string][] = [
    ["hooks.example.com", "expected an https URL"],
    ["http://hooks.example.com/", "scheme is 'http'"],
    ["ftp://hooks.example.com/", "scheme is 'ftp'"],
    ["file:///etc/passwd", "scheme is 'file'"],
    ["https://me:secret@hooks.example.com/", "credentials"],
    ["https://me@hooks.example.com/", "credentials"],
    ["https://hooks.example.com:8443/", "port is 8443: expected 443"],
    ["https://hooks.example.com:22/", "port is 22"],
    [`https://hooks.example.com/${"a".repeat(2048)}`, "expected at most 2048"],
  ];
  for (const [url, message] of REFUSED) {
    it(`is refused as ${url.slice(0, 48)}`, async () => {
      expect(await refusal(url)).to.include(message);
    });
  }

  it("may have another port where that is allowed", async () => {
    const { url } = await checkTarget("https://hooks.example.com:8443/", {
      resolve: resolving(PUBLIC.address),
      allowPorts: [8443],
    });
    expect(url.port).to.equal("8443");
  });

  it("may be http only where that is asked for", async () => {
    const { url } = await checkTarget("http://127.0.0.1:9/", {
      allowInsecure: true,
      allowPrivate: ["127.0.0.0/8"],
      allowPorts: "any",
    });
    expect(url.protocol).to.equal("http:");
  });

  it("is refused where its name stands for nothing", async () => {
    expect(await refusal("https://nowhere.example/", { resolve: resolving() })).to.include("has no address");
    const resolve = () => Promise.reject(new Error("ENOTFOUND"));
    expect(await refusal("https://nowhere.example/", { resolve })).to.include("cannot be resolved");
  });

  it("is refused where only one of its addresses is not public", async () => {
    const resolve = resolving(PUBLIC.address, "10.0.0.1");
    expect(await refusal("https://hooks.example.com/", { resolve })).to.include("kind 'private'");
  });

  it("is refused without telling what its name stands for", async () => {
    expect(await refusal("https://hooks.example.com/", { resolve: resolving("10.1.2.3") })).not.to.include(
      "10.1.2.3",
    );
  });
});

describe("an address that nothing is sent to", () => {
  const ADDRESSES: readonly [string, string][] = [
    ["0.0.0.0", "unspecified"],
    ["10.0.0.1", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.254", "private"],
    ["192.168.1.1", "private"],
    ["100.64.0.1", "carrierGradeNat"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["169.254.169.254", "linkLocal"],
    ["192.0.2.1", "reserved"],
    ["198.18.0.1", "reserved"],
    ["224.0.0.1", "multicast"],
    ["240.0.0.1", "reserved"],
    ["255.255.255.255", "broadcast"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["::7f00:1", "reserved"],
    ["::ffff:127.0.0.1", "ipv4Mapped"],
    ["::ffff:a9fe:a9fe", "ipv4Mapped"],
    ["::ffff:0:10.0.0.1", "rfc6145"],
    ["64:ff9b::a9fe:a9fe", "rfc6052"],
    ["64:ff9b:1::1", "rfc6052"],
    ["2002:a9fe:a9fe::1", "6to4"],
    ["2001:0:4136:e378::1", "teredo"],
    ["fe80::1", "linkLocal"],
    ["fec0::1", "deprecatedSiteLocal"],
    ["fd00:ec2::254", "uniqueLocal"],
    ["ff02::1", "multicast"],
    ["100::1", "discard"],
    ["2001:db8::1", "reserved"],
    ["4000::1", "reserved"],
  ];
  for (const [address, kind] of ADDRESSES) {
    it(`is ${address}, by its name and by itself`, async () => {
      expect(await refusal("https://hooks.example.com/", { resolve: resolving(address) })).to.include(
        `kind '${kind}'`,
      );
      const host = address.includes(":") ? `[${address}]` : address;
      expect(await refusal(`https://${host}/`)).to.include(`kind '${kind}'`);
    });
  }

  for (const disguise of ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "①②⑦.0.0.1"]) {
    it(`is loopback written as ${disguise}`, async () => {
      expect(await refusal(`https://${disguise}/`)).to.include("kind 'loopback'");
    });
  }

  it("is one with a zone", async () => {
    expect(await refusal("https://hooks.example.com/", { resolve: resolving("fe80::1%eth0") })).to.include(
      "invalid",
    );
  });

  it("is one beside the CIDR that is allowed", async () => {
    const rules = { allowPrivate: ["127.0.0.0/8"] };
    expect(await refusal("https://10.0.0.1/", rules)).to.include("kind 'private'");
    expect(await refusal("https://[::ffff:127.0.0.1]/", rules)).to.include("kind 'ipv4Mapped'");
    await checkTarget("https://127.0.0.1/", rules);
  });

  it("is told of where the CIDR that is allowed is none", async () => {
    let message = "";
    await checkTarget("https://127.0.0.1/", { allowPrivate: ["127.0.0.1"] }).catch((error: Error) => {
      message = error.message;
    });
    expect(message).to.equal("allowPrivate has '127.0.0.1': expected a CIDR such as 127.0.0.0/8");
  });
});
