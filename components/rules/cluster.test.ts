import { expect } from "chai";
import {
  adminKey,
  adminProblems,
  amiTypeOf,
  endpointProblems,
  groupSizeProblems,
  instanceTypeProblems,
  trunkProblems,
} from "./cluster";

describe("the access to the Kubernetes API", () => {
  it("passes when it is private, or public to known ranges", () => {
    expect(endpointProblems({ endpoint: "private", publicAccessCidrs: [] })).to.deep.equal([]);
    expect(endpointProblems({ endpoint: "public", publicAccessCidrs: ["192.0.2.0/24"] })).to.deep.equal([]);
  });

  const cases: readonly [string, "private" | "public", string[], string][] = [
    [
      "public to nobody in particular",
      "public",
      [],
      "publicAccessCidrs: empty; expected the ranges that may reach the public endpoint",
    ],
    [
      "public to the internet",
      "public",
      ["0.0.0.0/0"],
      "publicAccessCidrs: '0.0.0.0/0'; expected known ranges, each with a prefix of at least /8",
    ],
    [
      "public to half of the internet",
      "public",
      ["128.0.0.0/1"],
      "publicAccessCidrs: '128.0.0.0/1'; expected known ranges, each with a prefix of at least /8",
    ],
    [
      "public to what is no range",
      "public",
      ["office"],
      "publicAccessCidrs: 'office'; expected an IPv4 range such as 192.0.2.0/24",
    ],
    [
      "private with ranges",
      "private",
      ["192.0.2.0/24"],
      "publicAccessCidrs: 192.0.2.0/24; expected none, as endpoint is 'private'",
    ],
  ];
  for (const [what, endpoint, publicAccessCidrs, problem] of cases) {
    it(`is refused when it is ${what}`, () => {
      expect(endpointProblems({ endpoint, publicAccessCidrs })).to.deep.equal([problem]);
    });
  }
});

describe("the size of a node group", () => {
  it("passes in order", () => {
    expect(groupSizeProblems("nodes", { min: 1, desired: 1, max: 450 })).to.deep.equal([]);
  });

  it("is refused out of order", () => {
    expect(groupSizeProblems("nodes.system", { min: 3, desired: 2, max: 4 })).to.deep.equal([
      "nodes.system: min 3, desired 2, max 4; expected min <= desired <= max",
    ]);
  });

  it("is refused above AWS's limit", () => {
    expect(groupSizeProblems("nodes", { min: 1, desired: 1, max: 451 })).to.deep.equal([
      "nodes.max: 451; expected at most 450",
    ]);
  });
});

describe("the image of a node group", () => {
  for (const type of [
    "m7g.large",
    "t4g.medium",
    "c7gn.xlarge",
    "im4gn.large",
    "r8gd.metal-24xl",
    "a1.large",
  ]) {
    it(`is for Graviton on ${type}`, () => {
      expect(amiTypeOf([type])).to.equal("AL2023_ARM_64_STANDARD");
    });
  }

  for (const type of [
    "m7i.large",
    "m7a.large",
    "t3.medium",
    "g4dn.xlarge",
    "g6.xlarge",
    "u7in-16tb.224xlarge",
  ]) {
    it(`is for x86 on ${type}`, () => {
      expect(amiTypeOf([type])).to.equal("AL2023_x86_64_STANDARD");
    });
  }
});

describe("the instance types of a node group", () => {
  it("pass when they are of one architecture", () => {
    expect(instanceTypeProblems("nodes.system.instanceTypes", ["m7g.large", "c7gd.large"])).to.deep.equal([]);
    expect(instanceTypeProblems("nodes.system.instanceTypes", ["m7i.large", "m7a.large"])).to.deep.equal([]);
  });

  it("are refused of two architectures", () => {
    expect(instanceTypeProblems("nodes.system.instanceTypes", ["m7g.large", "m7i.large"])).to.deep.equal([
      "nodes.system.instanceTypes: m7g.large (arm64) and m7i.large (x86_64); expected types of one architecture, as a group's nodes boot one image",
    ]);
  });

  it("are refused when there is none", () => {
    expect(instanceTypeProblems("nodes.system.instanceTypes", [])).to.deep.equal([
      "nodes.system.instanceTypes: empty; expected an instance type such as m7g.large",
    ]);
  });
});

describe("the instance types of tenants' nodes", () => {
  for (const type of ["m7g.xlarge", "trn1.2xlarge"]) {
    it(`may be ${type}`, () => {
      expect(trunkProblems("nodes.tenants.instanceTypes", [type])).to.deep.equal([]);
    });
  }

  it("are refused without trunk network interfaces, one by one", () => {
    const problem = (type: string) =>
      `nodes.tenants.instanceTypes: '${type}'; expected a type that supports trunk network interfaces, which no t type does: pods with security groups would stay pending`;
    expect(
      trunkProblems("nodes.tenants.instanceTypes", ["t4g.large", "m7g.large", "t4g.xlarge"]),
    ).to.deep.equal([problem("t4g.large"), problem("t4g.xlarge")]);
  });
});

describe("the administrators of a cluster", () => {
  const [ada, bob] = ["arn:aws:iam::123456789012:role/ada", "arn:aws:iam::123456789012:role/bob"] as const;

  it("pass when each is there once", () => {
    expect(adminProblems([ada, bob])).to.deep.equal([]);
  });

  it("are refused by name when one is there again", () => {
    expect(adminProblems([ada, bob, ada, ada])).to.deep.equal([
      "admins: 'arn:aws:iam::123456789012:role/ada' is there more than once; expected each role once",
    ]);
  });

  it("are told apart by a key of their own", () => {
    expect(adminKey(ada)).to.match(/^admin-[0-9a-f]{8}$/);
    expect(adminKey(ada)).not.to.equal(adminKey(bob));
  });
});
