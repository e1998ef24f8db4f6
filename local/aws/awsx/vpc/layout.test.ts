import { expect } from "chai";
import * as fc from "fast-check";
import { blockText, firstOf, lastOf, overlap, parseBlock } from "./blocks";
import { layOut, type LayoutRequest } from "./layout";
import type { SubnetSpec } from "./specs";

const THREE = ["a", "b", "c"];

/** Name or type, zone and block of every subnet. */
function laidOut(request: LayoutRequest): string[] {
  return layOut(request).subnets.map(
    ({ spec, zone, block }) => `${spec.name ?? spec.type}-${zone + 1} ${blockText(block)}`,
  );
}

describe("awsx subnet layout, strategy Auto", () => {
  const auto = { strategy: "Auto" as const };

  it("places specs in the order given, each zone alike", () => {
    const specs: SubnetSpec[] = [
      { type: "Private", cidrMask: 19 },
      { type: "Public", cidrMask: 22 },
      { type: "Isolated", cidrMask: 24 },
    ];
    expect(laidOut({ ...auto, cidrBlock: "10.42.0.0/16", zones: THREE, specs })).to.deep.equal([
      "Private-1 10.42.0.0/19",
      "Public-1 10.42.32.0/22",
      "Isolated-1 10.42.36.0/24",
      "Private-2 10.42.64.0/19",
      "Public-2 10.42.96.0/22",
      "Isolated-2 10.42.100.0/24",
      "Private-3 10.42.128.0/19",
      "Public-3 10.42.160.0/22",
      "Isolated-3 10.42.164.0/24",
    ]);
  });

  it("fails where alignment pushes a subnet into the next zone, although the sizes' sum fits", () => {
    const specs: SubnetSpec[] = [
      { type: "Public", cidrMask: 22 },
      { type: "Private", cidrMask: 19 },
      { type: "Isolated", cidrMask: 24 },
    ];
    expect(() => layOut({ ...auto, cidrBlock: "10.42.0.0/16", zones: THREE, specs })).to.throw(
      /^The following subnets overlap with at least one other subnet.*isolated-1: 10\.42\.64\.0\/24/s,
    );
  });

  it("fails where the sizes' sum doesn't fit", () => {
    const specs: SubnetSpec[] = [
      { type: "Public", cidrMask: 17 },
      { type: "Private", cidrMask: 17 },
    ];
    expect(() => layOut({ ...auto, cidrBlock: "10.0.0.0/16", zones: THREE, specs })).to.throw(
      "Subnets are too large for VPC. VPC has 16384 addresses, but subnets require 65536 addresses.",
    );
  });

  it("shares a zone equally among specs without a mask, and shows none", () => {
    const specs: SubnetSpec[] = [{ type: "Public" }, { type: "Private" }, { type: "Isolated" }];
    const request = { ...auto, cidrBlock: "10.0.0.0/16", zones: ["a"], specs };
    expect(laidOut(request)).to.deep.equal([
      "Public-1 10.0.0.0/18",
      "Private-1 10.0.64.0/18",
      "Isolated-1 10.0.128.0/18",
    ]);
    expect(layOut(request).resolved).to.deep.equal([
      { type: "Public" },
      { type: "Private" },
      { type: "Isolated" },
    ]);
  });

  it("reads a size as a mask", () => {
    const specs: SubnetSpec[] = [{ type: "Private", name: "db", size: 256 }];
    const { resolved } = layOut({ ...auto, cidrBlock: "10.0.0.0/16", zones: ["a"], specs });
    expect(resolved).to.deep.equal([{ type: "Private", name: "db", cidrMask: 24, size: 256 }]);
  });

  it("makes private halves and public quarters where no specs are given", () => {
    expect(laidOut({ ...auto, cidrBlock: "10.0.0.0/16", zones: ["a", "b"] })).to.deep.equal([
      "Private-1 10.0.0.0/18",
      "Public-1 10.0.64.0/19",
      "Private-2 10.0.128.0/18",
      "Public-2 10.0.192.0/19",
    ]);
  });

  it("takes a zone's size as given", () => {
    const request = { ...auto, cidrBlock: "10.0.0.0/16", zones: ["a", "b"], zonePrefix: 20 };
    expect(laidOut(request)[2]).to.equal("Private-2 10.0.16.0/21");
  });

  it("refuses default subnets that would be too small", () => {
    expect(() => layOut({ ...auto, cidrBlock: "10.0.0.0/26", zones: ["a", "b"] })).to.throw(
      "only /27 is available",
    );
  });

  it("takes blocks as given", () => {
    const specs: SubnetSpec[] = [{ type: "Private", cidrBlocks: ["10.0.1.0/24", "10.0.9.0/24"] }];
    expect(laidOut({ ...auto, cidrBlock: "10.0.0.0/16", zones: ["a", "b"], specs })).to.deep.equal([
      "Private-1 10.0.1.0/24",
      "Private-2 10.0.9.0/24",
    ]);
  });

  it("refuses blocks that overlap", () => {
    const specs: SubnetSpec[] = [{ type: "Private", cidrBlocks: ["10.0.0.0/23", "10.0.1.0/24"] }];
    expect(() => layOut({ ...auto, cidrBlock: "10.0.0.0/16", zones: ["a", "b"], specs })).to.throw("overlap");
  });
});

describe("awsx subnet layout, strategy Legacy", () => {
  const legacy = { strategy: "Legacy" as const };

  it("orders private, public, isolated, whatever the order given", () => {
    const specs: SubnetSpec[] = [
      { type: "Isolated", cidrMask: 24 },
      { type: "Public", cidrMask: 22 },
      { type: "Private", cidrMask: 20 },
    ];
    expect(laidOut({ ...legacy, cidrBlock: "10.1.0.0/16", zones: ["a", "b"], specs })).to.deep.equal([
      "Private-1 10.1.0.0/20",
      "Public-1 10.1.16.0/22",
      "Isolated-1 10.1.20.0/24",
      "Private-2 10.1.128.0/20",
      "Public-2 10.1.144.0/22",
      "Isolated-2 10.1.148.0/24",
    ]);
  });

  it("has the official defaults, and shows the official odd layout of them", () => {
    const request = { ...legacy, cidrBlock: "10.0.0.0/16", zones: THREE };
    expect(laidOut(request)).to.deep.equal([
      "Private-1 10.0.0.0/19",
      "Private-2 10.0.64.0/19",
      "Private-3 10.0.128.0/19",
      "Public-1 10.0.32.0/20",
      "Public-2 10.0.96.0/20",
      "Public-3 10.0.160.0/20",
    ]);
    expect(layOut(request).resolved.map(({ type, cidrMask }) => `${type}/${cidrMask}`)).to.deep.equal([
      "Private/19",
      "Unused/19",
      "Private/19",
    ]);
  });

  it("gives a single spec the whole zone", () => {
    const specs: SubnetSpec[] = [{ type: "Private" }];
    expect(laidOut({ ...legacy, cidrBlock: "10.0.0.0/20", zones: ["a"], specs })).to.deep.equal([
      "Private-1 10.0.0.0/20",
    ]);
  });
});

describe("awsx subnet layout, properties", () => {
  const spec = fc.record({
    type: fc.constantFrom("Public" as const, "Private" as const, "Isolated" as const),
    cidrMask: fc.integer({ min: 18, max: 28 }),
  });
  const request = fc.record({
    cidrBlock: fc.constant("10.0.0.0/16"),
    zones: fc.constantFrom(["a"], ["a", "b"], THREE, ["a", "b", "c", "d"]),
    specs: fc.array(spec, { minLength: 1, maxLength: 6 }),
    strategy: fc.constantFrom("Auto" as const, "Legacy" as const),
  });

  /** The layout, or undefined where it is refused. */
  function tried(asked: LayoutRequest): ReturnType<typeof layOut> | undefined {
    try {
      return layOut(asked);
    } catch {
      return undefined;
    }
  }

  it("never overlaps, and gives every zone every spec", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const layout = tried(asked);
        if (layout === undefined) return;
        const { subnets } = layout;
        expect(subnets).to.have.length(asked.zones.length * asked.specs.length);
        for (const [index, { block }] of subnets.entries())
          for (const other of subnets.slice(index + 1)) expect(overlap(block, other.block)).to.equal(false);
      }),
    );
  });

  it("gives every subnet the mask it asked for", () => {
    fc.assert(
      fc.property(request, (asked) => {
        for (const { spec: given, block } of tried(asked)?.subnets ?? [])
          expect(block.prefix).to.equal(given.cidrMask);
      }),
    );
  });

  it("begins every subnet at a multiple of its size, which the strategy Legacy doesn't always", () => {
    fc.assert(
      fc.property(request, (asked) => {
        for (const { block } of tried({ ...asked, strategy: "Auto" })?.subnets ?? [])
          expect(firstOf(block)).to.equal(block.address);
      }),
    );
  });

  it("always lays out subnets given largest first whose sum fits, inside the VPC", () => {
    fc.assert(
      fc.property(request, (asked) => {
        const specs = [...asked.specs].sort((a, b) => a.cidrMask - b.cidrMask);
        const zone = 2 ** (16 - Math.ceil(Math.log2(asked.zones.length)));
        fc.pre(specs.reduce((sum, { cidrMask }) => sum + 2 ** (32 - cidrMask), 0) <= zone);
        const { subnets } = layOut({ ...asked, specs, strategy: "Auto" });
        const vpc = parseBlock(asked.cidrBlock);
        for (const { block } of subnets) {
          expect(firstOf(block)).to.be.at.least(firstOf(vpc));
          expect(lastOf(block)).to.be.at.most(lastOf(vpc));
        }
      }),
    );
  });
});
