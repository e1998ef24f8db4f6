import { expect } from "chai";
import { CELL_STACK, judge, mutate } from "../../testing/judge";
import { testPolicy } from "../../testing/table";
import { podRoleScoped, tenantRoleBounded } from "./identity";

const NAMESPACE = "aws:RequestTag/kubernetes-namespace";
const role = {
  type: "aws:iam/role:Role",
  props: {
    permissionsBoundary: "arn:aws:iam::123456789012:policy/tenantry-eu-1-tenant-boundary",
    tags: { cell: "eu-1" },
    assumeRolePolicy: {
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: { StringEquals: { [NAMESPACE]: "acme" } },
        },
      ],
    },
  },
};

testPolicy({
  policy: tenantRoleBounded,
  compliant: role,
  mutations: [
    [
      "permissionsBoundary",
      undefined,
      "permissionsBoundary: missing; expected the cell's policy tenantry-eu-1-tenant-boundary",
    ],
    ...[
      "arn:aws:iam::aws:policy/AdministratorAccess",
      "arn:aws:iam::aws:policy/tenantry-eu-1-tenant-boundary",
      "arn:aws:iam::123456789012:policy/tenantry-eu-2-tenant-boundary",
      "arn:aws:iam::123456789012:policy/mine/tenantry-eu-1-tenant-boundary",
    ].map(
      (arn) =>
        [
          "permissionsBoundary",
          arn,
          `permissionsBoundary: '${arn}'; expected the cell's policy tenantry-eu-1-tenant-boundary`,
        ] as const,
    ),
  ],
});

describe("tenant-role-bounded", () => {
  const untagged = { ...role, props: mutate(role.props, "tags", undefined) };

  it("takes any cell's boundary where no tag tells the cell", async () => {
    expect(await judge(tenantRoleBounded, untagged)).to.deep.equal([]);
  });

  it("refuses what is no cell's boundary where no tag tells the cell", async () => {
    const props = mutate(untagged.props, "permissionsBoundary", "arn:aws:iam::123456789012:policy/wide");
    expect(await judge(tenantRoleBounded, { ...untagged, props })).to.deep.equal([
      "permissionsBoundary: 'arn:aws:iam::123456789012:policy/wide'; expected the cell's policy tenantry-<cell>-tenant-boundary",
    ]);
  });

  it("asks it of a tenant's users too", async () => {
    expect(await judge(tenantRoleBounded, { type: "aws:iam/user:User", props: {} })).to.have.length(1);
  });

  it("leaves a cell's own roles alone", async () => {
    expect(await judge(tenantRoleBounded, { ...role, props: {} }, CELL_STACK)).to.deep.equal([]);
  });
});

const STATEMENT = "assumeRolePolicy.Statement.0";
const trusts = (principal: string) =>
  `assumeRolePolicy: trusts ${principal}; expected the service pods.eks.amazonaws.com alone`;
const namespaced = (found: string) =>
  `assumeRolePolicy: StringEquals ${NAMESPACE} is ${found}; expected 'acme'`;

testPolicy({
  policy: podRoleScoped,
  compliant: role,
  mutations: [
    [`${STATEMENT}.Condition`, undefined, namespaced("not set")],
    [`${STATEMENT}.Condition.StringEquals`, { [NAMESPACE]: "*" }, namespaced("*")],
    [`${STATEMENT}.Condition.StringEquals`, { [NAMESPACE]: "globex" }, namespaced("globex")],
    [`${STATEMENT}.Condition.StringEquals`, { [NAMESPACE]: ["acme", "globex"] }, namespaced("acme, globex")],
    [`${STATEMENT}.Condition`, { StringLike: { [NAMESPACE]: "acme" } }, namespaced("not set")],
    [`${STATEMENT}.Principal`, "*", trusts('"*"')],
    [`${STATEMENT}.Principal`, undefined, trusts('"everybody but some"')],
    [
      `${STATEMENT}.Principal`,
      { AWS: "arn:aws:iam::666666666666:root" },
      trusts('{"AWS":"arn:aws:iam::666666666666:root"}'),
    ],
    [
      `${STATEMENT}.Principal.AWS`,
      "arn:aws:iam::666666666666:root",
      trusts('{"Service":"pods.eks.amazonaws.com","AWS":"arn:aws:iam::666666666666:root"}'),
    ],
    [
      `${STATEMENT}.Principal.Service`,
      ["pods.eks.amazonaws.com", "ec2.amazonaws.com"],
      trusts('{"Service":["pods.eks.amazonaws.com","ec2.amazonaws.com"]}'),
    ],
  ],
});

describe("pod-role-scoped", () => {
  const [own] = role.props.assumeRolePolicy.Statement;

  it("judges a second statement as the first", async () => {
    const second = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::666666666666:root" } };
    const props = { assumeRolePolicy: { Statement: [own, second] } };
    expect(await judge(podRoleScoped, { ...role, props })).to.deep.equal([
      trusts('{"AWS":"arn:aws:iam::666666666666:root"}'),
      namespaced("not set"),
    ]);
  });

  it("lets a statement deny whom it likes", async () => {
    const props = { assumeRolePolicy: { Statement: [own, { Effect: "Deny", Principal: "*" }] } };
    expect(await judge(podRoleScoped, { ...role, props })).to.deep.equal([]);
  });

  it("reads a trust policy given as JSON text", async () => {
    const text = JSON.stringify({ Statement: { Principal: { Service: ["pods.eks.amazonaws.com"] } } });
    expect(await judge(podRoleScoped, { ...role, props: { assumeRolePolicy: text } })).to.deep.equal([
      namespaced("not set"),
    ]);
  });
});
