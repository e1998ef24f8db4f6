import { expect } from "chai";
import { CELL_STACK, judge } from "../../testing/judge";
import { testPolicy } from "../../testing/table";
import { databasePrivate, noOpenIngress, tenantIngressBySecurityGroup } from "./network";

const openRule = {
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  props: {
    securityGroupId: "sg-1",
    referencedSecurityGroupId: "sg-2",
    ipProtocol: "tcp",
    fromPort: 5432,
    toPort: 5432,
  },
};

testPolicy({
  policy: noOpenIngress,
  compliant: openRule,
  mutations: [
    [
      "cidrIpv4",
      "0.0.0.0/0",
      "rule: admits 0.0.0.0/0; expected a security group, a prefix list or known ranges",
    ],
    [
      "cidrIpv4",
      "0.0.0.0/1",
      "rule: admits 0.0.0.0/1; expected a security group, a prefix list or known ranges",
    ],
    ["cidrIpv6", "::/0", "rule: admits ::/0; expected a security group, a prefix list or known ranges"],
    [
      "cidrIpv6",
      "8000::/1",
      "rule: admits 8000::/1; expected a security group, a prefix list or known ranges",
    ],
  ],
});

testPolicy({
  policy: noOpenIngress,
  stack: CELL_STACK,
  compliant: {
    type: "aws:ec2/securityGroup:SecurityGroup",
    props: { ingress: [{ cidrBlocks: ["10.0.0.0/16"] }], egress: [{ cidrBlocks: ["0.0.0.0/0"] }] },
  },
  mutations: [
    [
      "ingress.0.cidrBlocks",
      ["0.0.0.0/0"],
      "ingress[0]: admits 0.0.0.0/0; expected a security group, a prefix list or known ranges",
    ],
  ],
});

describe("no-open-ingress", () => {
  it("leaves egress rules alone", async () => {
    const egress = {
      type: "aws:ec2/securityGroupRule:SecurityGroupRule",
      props: { type: "egress", cidrBlocks: ["0.0.0.0/0"] },
    };
    expect(await judge(noOpenIngress, egress)).to.deep.equal([]);
  });
});

const byAddress = (where: string): string =>
  `${where}: set; expected a security group, as pods of all tenants share the ranges`;

testPolicy({
  policy: tenantIngressBySecurityGroup,
  compliant: openRule,
  mutations: [
    ["cidrIpv4", "10.0.0.0/16", byAddress("rule.cidrIpv4")],
    ["cidrIpv6", "2001:db8::/32", byAddress("rule.cidrIpv6")],
    ["prefixListId", "pl-1", byAddress("rule.prefixListId")],
  ],
});

for (const type of [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
]) {
  testPolicy({
    policy: tenantIngressBySecurityGroup,
    compliant: { type, props: { ingress: [{ securityGroups: ["sg-2"], cidrBlocks: [] }] } },
    mutations: [
      ["ingress.0.cidrBlocks", ["10.0.0.0/16"], byAddress("ingress[0].cidrBlocks")],
      ["ingress.0.prefixListIds", ["pl-1"], byAddress("ingress[0].prefixListIds")],
    ],
  });
}

const PUBLIC = "publiclyAccessible: true; expected false";

for (const type of ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"]) {
  testPolicy({
    policy: databasePrivate,
    compliant: {
      type,
      props: { publiclyAccessible: false, dbSubnetGroupName: "cell", vpcSecurityGroupIds: ["sg-1"] },
    },
    mutations: [
      ["publiclyAccessible", true, PUBLIC],
      ["dbSubnetGroupName", undefined, "dbSubnetGroupName: missing; expected the cell's subnet group"],
      ["vpcSecurityGroupIds", undefined, "vpcSecurityGroupIds: missing; expected the database's own group"],
    ],
  });
}

testPolicy({
  policy: databasePrivate,
  compliant: { type: "aws:rds/clusterInstance:ClusterInstance", props: {} },
  mutations: [["publiclyAccessible", true, PUBLIC]],
});
