import { expect } from "chai";
import { CELL_STACK, judgeStack, mutate, type TestResource, withUnknown } from "../../testing/judge";
import { tenantIngressFromOwnGroups } from "./own-groups";

const group = (name: string): TestResource => ({
  type: "aws:ec2/securityGroup:SecurityGroup",
  name,
  props: { id: `sg-${name}`, tags: { "tenant-id": "acme" } },
});
const rule: TestResource = {
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  name: "rule",
  props: { securityGroupId: "sg-database", referencedSecurityGroupId: "sg-pods", ipProtocol: "tcp" },
  madeOf: { securityGroupId: ["database"], referencedSecurityGroupId: ["pods"] },
};
const database: TestResource = {
  type: "aws:rds/instance:Instance",
  name: "instance",
  props: { vpcSecurityGroupIds: ["sg-database"] },
  madeOf: { vpcSecurityGroupIds: ["database"] },
};
const groups = [group("pods"), group("database")];
const foreign = (where: string, id: string) =>
  `${where}: ${id}; expected a group that the tenant's stack makes itself, as others are shared with other tenants`;
const judgeWith = (...resources: TestResource[]) =>
  judgeStack(tenantIngressFromOwnGroups, [...groups, ...resources]);
const changed = (resource: TestResource, path: string, value: unknown): TestResource => ({
  ...resource,
  props: mutate(resource.props, path, value),
});

describe("tenant-ingress-from-own-groups", () => {
  it("passes a database that admits the tenant's pods", async () => {
    expect(await judgeWith(rule, database)).to.deep.equal([]);
  });

  for (const key of ["referencedSecurityGroupId", "securityGroupId"]) {
    it(`refuses a rule whose ${key} is a shared group`, async () => {
      expect(await judgeWith(changed(rule, key, "sg-nodes"))).to.deep.equal([
        foreign(`rule.${key}`, "sg-nodes"),
      ]);
    });
  }

  it("refuses a shared group in a rule of the older type", async () => {
    const older = {
      type: "aws:ec2/securityGroupRule:SecurityGroupRule",
      props: { type: "ingress", securityGroupId: "sg-database", sourceSecurityGroupId: "sg-nodes" },
    };
    expect(await judgeWith(older)).to.deep.equal([foreign("rule.sourceSecurityGroupId", "sg-nodes")]);
  });

  it("refuses a shared group among a group's own rules", async () => {
    const inline = changed(group("api"), "ingress", [{ securityGroups: ["sg-pods", "sg-nodes"] }]);
    expect(await judgeWith(inline)).to.deep.equal([foreign("ingress[0].securityGroups", "sg-nodes")]);
  });

  it("refuses a shared group on a database", async () => {
    const shared = changed(database, "vpcSecurityGroupIds", ["sg-database", "sg-nodes"]);
    expect(await judgeWith(shared)).to.deep.equal([foreign("vpcSecurityGroupIds", "sg-nodes")]);
  });

  it("refuses a shared group on a cluster of databases", async () => {
    const cluster = {
      ...changed(database, "vpcSecurityGroupIds", ["sg-nodes"]),
      type: "aws:rds/cluster:Cluster",
    };
    expect(await judgeWith(cluster)).to.deep.equal([foreign("vpcSecurityGroupIds", "sg-nodes")]);
  });

  it("refuses a group that the stack only reads", async () => {
    const read = changed(group("nodes"), "tags", { "tenant-id": "shared" });
    expect(await judgeWith(read, changed(rule, "referencedSecurityGroupId", "sg-nodes"))).to.deep.equal([
      foreign("rule.referencedSecurityGroupId", "sg-nodes"),
    ]);
  });

  it("passes a rule of groups that are still to be made", async () => {
    const props = withUnknown(rule.props, "referencedSecurityGroupId", "securityGroupId");
    const unmade = groups.map((made) => ({ ...made, props: withUnknown(made.props, "id") }));
    expect(await judgeStack(tenantIngressFromOwnGroups, [...unmade, { ...rule, props }])).to.deep.equal([]);
  });

  it("refuses a group still to be made by something else", async () => {
    const props = withUnknown(rule.props, "referencedSecurityGroupId");
    const madeOf = { ...rule.madeOf, referencedSecurityGroupId: ["instance"] };
    expect(await judgeWith(database, { ...rule, props, madeOf })).to.deep.equal([
      foreign("rule.referencedSecurityGroupId", "a group not known yet"),
    ]);
  });

  it("leaves a cell's groups alone", async () => {
    const shared = changed(rule, "referencedSecurityGroupId", "sg-nodes");
    expect(await judgeStack(tenantIngressFromOwnGroups, [shared], CELL_STACK)).to.deep.equal([]);
  });
});
