import { expect } from "chai";
import * as fc from "fast-check";
import {
  isIpv4Range,
  isTooWide,
  type NetworkRanges,
  rangeProblems,
  regionProblems,
  subnetPrefixes,
  zoneProblems,
} from "./network";

const GOOD: NetworkRanges = {
  cidr: "10.20.0.0/16",
  serviceCidr: "172.20.0.0/16",
  peerCidrs: ["10.100.0.0/16"],
};

describe("the ranges of a network", () => {
  it("pass when they are apart", () => {
    expect(rangeProblems(GOOD)).to.deep.equal([]);
  });

  const cases: readonly [string, Partial<NetworkRanges>, string[]][] = [
    [
      "is no range",
      { cidr: "10.20.0.0" },
      ["cidr: '10.20.0.0'; expected an IPv4 range such as 10.20.0.0/16"],
    ],
    [
      "has host bits",
      { cidr: "10.20.1.0/16" },
      ["cidr: '10.20.1.0/16'; expected an IPv4 range such as 10.20.0.0/16"],
    ],
    ["is too small", { cidr: "10.20.0.0/24" }, ["cidr: '10.20.0.0/24'; expected a prefix of /16 to /20"]],
    [
      "is public",
      { cidr: "52.20.0.0/16" },
      [
        "cidr: '52.20.0.0/16'; expected a private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10)",
      ],
    ],
    [
      "of the services is too large",
      { serviceCidr: "172.0.0.0/11" },
      [
        "serviceCidr: '172.0.0.0/11'; expected a prefix of /12 to /24",
        "serviceCidr: '172.0.0.0/11'; expected a private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16)",
      ],
    ],
    [
      "of the services is too small",
      { serviceCidr: "172.20.0.0/25" },
      ["serviceCidr: '172.20.0.0/25'; expected a prefix of /12 to /24"],
    ],
    [
      "of the services is public",
      { serviceCidr: "52.20.0.0/16" },
      ["serviceCidr: '52.20.0.0/16'; expected a private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16)"],
    ],
    [
      "of the services is of RFC 6598, which EKS doesn't take",
      { serviceCidr: "100.64.0.0/16" },
      ["serviceCidr: '100.64.0.0/16'; expected a private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16)"],
    ],
    [
      "of the services is private in part",
      { serviceCidr: "192.160.0.0/12" },
      ["serviceCidr: '192.160.0.0/12'; expected a private range (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16)"],
    ],
    [
      "overlaps the services",
      { serviceCidr: "10.20.128.0/20" },
      ["serviceCidr: '10.20.128.0/20' overlaps cidr '10.20.0.0/16'; expected ranges apart from each other"],
    ],
    [
      "overlaps a peer",
      { peerCidrs: ["10.30.0.0/16", "10.0.0.0/8"] },
      ["peerCidrs[1]: '10.0.0.0/8' overlaps cidr '10.20.0.0/16'; expected ranges apart from each other"],
    ],
  ];
  for (const [what, change, problems] of cases) {
    it(`are refused when one ${what}`, () => {
      expect(rangeProblems({ ...GOOD, ...change })).to.deep.equal(problems);
    });
  }

  it("may overlap among peers", () => {
    expect(rangeProblems({ ...GOOD, peerCidrs: ["10.100.0.0/16", "10.100.0.0/24"] })).to.deep.equal([]);
  });

  it("hold the three kinds of subnets of a zone, whatever the prefix", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 20 }), (prefix) => {
        const { private: closed, public: open, database } = subnetPrefixes(`10.0.0.0/${prefix}`);
        const addresses = [closed, open, database].reduce((sum, mask) => sum + 2 ** (32 - mask), 0);
        return addresses <= 2 ** (32 - prefix - 2) && database <= 28;
      }),
    );
  });

  it("are ranges only without host bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 8, max: 24 }), (part, prefix) => {
        const hasHostBits = prefix < 16 ? part % 2 ** (16 - prefix) !== 0 : false;
        return isIpv4Range(`10.${part}.0.0/${prefix}`) === !hasHostBits;
      }),
    );
  });
});

describe("the region of a cell", () => {
  for (const region of ["eu-central-1", "us-gov-west-1", "ca-central-1"]) {
    it(`may be ${region}`, () => {
      expect(regionProblems(region)).to.deep.equal([]);
    });
  }

  it("is refused in China", () => {
    expect(regionProblems("cn-north-1")).to.deep.equal([
      "'cn-north-1'; expected a region of the partitions aws or aws-us-gov, as aws-cn is not supported",
    ]);
  });
});

describe("the zones of a network", () => {
  const zones = (letters: string) => [...letters].map((letter) => `eu-central-1${letter}`);

  it("pass when there are three of the region", () => {
    expect(zoneProblems(zones("abc"), "eu-central-1")).to.deep.equal([]);
  });

  it("are refused when there are too few", () => {
    expect(zoneProblems(zones("a"), "eu-central-1")).to.deep.equal([
      "zones: 1 given; expected 3 or 4 availability zones",
    ]);
  });

  it("are refused when one comes twice", () => {
    expect(zoneProblems(zones("aab"), "eu-central-1")).to.deep.equal([
      "zones: eu-central-1a, eu-central-1a, eu-central-1b; expected each zone once",
    ]);
  });

  it("are refused when one is of another region", () => {
    expect(zoneProblems([...zones("ab"), "us-east-1a"], "eu-central-1")).to.deep.equal([
      "zones: 'us-east-1a'; expected a zone of region 'eu-central-1', such as eu-central-1a",
    ]);
  });
});

describe("a range that is let in", () => {
  const cases: readonly [string, boolean][] = [
    ["0.0.0.0/0", true],
    ["0.0.0.0/1", true],
    ["128.0.0.0/1", true],
    ["8.0.0.0/7", true],
    ["10.0.0.0/8", false],
    ["192.0.2.0/24", false],
    ["::/0", true],
    ["2000::/15", true],
    ["2001::/16", false],
    ["office", true],
  ];
  for (const [range, tooWide] of cases) {
    it(`is ${tooWide ? "too wide" : "narrow enough"} when it is ${range}`, () => {
      expect(isTooWide(range)).to.equal(tooWide);
    });
  }
});
