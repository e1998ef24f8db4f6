import { expect } from "chai";
import { recognizeTenantResource as recognize } from "./recognize";

const ROLE = { name: "tenantry-eu-1-t-acme", tags: { "tenant-id": "acme", env: "prod", __defaults: [] } };

function isOurs(type: string, inputs: Record<string, unknown>, read: Record<string, unknown>, outputs = {}) {
  const recognition = recognize({ type, inputs });
  if (typeof recognition !== "object") throw new Error(`${type} is not recognised`);
  return recognition.isOurs({ inputs: read, outputs });
}

function searchOf(type: string, inputs: Record<string, unknown>) {
  const recognition = recognize({ type, inputs });
  if (typeof recognition !== "object" || typeof recognition.id === "string")
    throw new Error(`${type} is not searched for`);
  return recognition.id;
}

describe("recognition of what a killed run created", () => {
  for (const [type, inputs, id] of [
    ["aws:iam/role:Role", ROLE, "tenantry-eu-1-t-acme"],
    [
      "aws:rds/instance:Instance",
      { identifier: "eu-1-t-acme", tags: { "tenant-id": "acme" } },
      "eu-1-t-acme",
    ],
    ["aws:kms/alias:Alias", { name: "alias/t-acme", targetKeyId: "k-1" }, "alias/t-acme"],
    ["kubernetes:core/v1:Namespace", { metadata: { name: "acme", labels: { tenant: "acme" } } }, "acme"],
  ] as const) {
    it(`knows the id of ${type}`, () => {
      expect(recognize({ type, inputs })).to.include({ id });
    });
  }

  for (const [what, type, inputs] of [
    ["a key without tags", "aws:kms/key:Key", { description: "Data of acme" }],
    [
      "an association that nothing has refused",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      { clusterName: "eu-1", tags: ROLE.tags },
    ],
    ["a role without tags", "aws:iam/role:Role", { name: "acme" }],
    ["a role whose name AWS makes", "aws:iam/role:Role", { namePrefix: "acme-", tags: ROLE.tags }],
    ["a cluster's object without labels", "kubernetes:core/v1:Namespace", { metadata: { name: "acme" } }],
  ] as const) {
    it(`leaves ${what}`, () => {
      expect(recognize({ type, inputs })).to.equal(undefined);
    });
  }

  it("knows the id of an access entry, and of an association that the refusal of a second one names", () => {
    const principalArn = "arn:aws:iam::111122223333:role/ops";
    const inputs = { clusterName: "eu-1", principalArn, tags: ROLE.tags };
    expect(recognize({ type: "aws:eks/accessEntry:AccessEntry", inputs })).to.include({
      id: `eu-1:${principalArn}`,
    });
    const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    const refusal = "409, ResourceInUseException: Association already exists: a-dt1bedfjc72dlwp5n";
    expect(recognize({ type, inputs, refusal })).to.include({ id: "eu-1,a-dt1bedfjc72dlwp5n" });
  });

  it("asks AWS for keys and security groups that bear the tags", () => {
    for (const [type, filter, arn, id] of [
      ["aws:kms/key:Key", "kms:key", "arn:aws:kms:eu-west-1:1:key/0f-1", "0f-1"],
      [
        "aws:ec2/securityGroup:SecurityGroup",
        "ec2:security-group",
        "arn:aws:ec2:eu-west-1:1:security-group/sg-1",
        "sg-1",
      ],
    ] as const) {
      const search = searchOf(type, { tags: ROLE.tags });
      expect(search.args).to.deep.equal({
        resourceTypeFilters: [filter],
        tagFilters: [
          { key: "tenant-id", values: ["acme"] },
          { key: "env", values: ["prod"] },
        ],
      });
      expect(search.idsOf({ resourceTagMappingLists: [{ resourceArn: arn }] })).to.deep.equal([id]);
    }
  });

  it("asks a security group for the rules that bear the tags", () => {
    const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const search = searchOf(type, { securityGroupId: "sg-1", tags: { "tenant-id": "acme" } });
    expect(search.args).to.deep.equal({
      tags: { "tenant-id": "acme" },
      filters: [{ name: "group-id", values: ["sg-1"] }],
    });
    expect(search.idsOf({ ids: ["sgr-1"] })).to.deep.equal(["sgr-1"]);
  });

  it("tells two security groups of a tenant from each other", () => {
    const type = "aws:ec2/securityGroup:SecurityGroup";
    const inputs = { description: "Services of tenant acme", vpcId: "vpc-1", tags: ROLE.tags };
    expect(isOurs(type, inputs, inputs)).to.equal(true);
    expect(isOurs(type, inputs, { ...inputs, description: "Database of tenant acme" })).to.equal(false);
  });

  it("takes what goes with another resource for part of it", () => {
    const metadata = { name: "web", namespace: "acme" };
    expect(recognize({ type: "kubernetes:apps/v1:Deployment", inputs: { metadata } })).to.equal("part");
    expect(recognize({ type: "aws:iam/rolePolicy:RolePolicy", inputs: {} })).to.equal("part");
  });

  it("tells a tenant's resource from a stranger's by its tags", () => {
    expect(
      isOurs("aws:iam/role:Role", ROLE, { tags: { "tenant-id": "acme", env: "prod", more: "x" } }),
    ).to.equal(true);
    expect(isOurs("aws:iam/role:Role", ROLE, {}, { tagsAll: { "tenant-id": "acme", env: "prod" } })).to.equal(
      true,
    );
    expect(isOurs("aws:iam/role:Role", ROLE, { tags: { "tenant-id": "globex", env: "prod" } })).to.equal(
      false,
    );
    expect(isOurs("aws:iam/role:Role", ROLE, {})).to.equal(false);
  });

  it("tells an alias by its key, and a namespace by its labels", () => {
    const alias = { name: "alias/t-acme", targetKeyId: "k-1" };
    expect(isOurs("aws:kms/alias:Alias", alias, { targetKeyId: "k-1" })).to.equal(true);
    expect(isOurs("aws:kms/alias:Alias", alias, { targetKeyId: "k-2" })).to.equal(false);
    const namespace = { metadata: { name: "acme", labels: { tenant: "acme" } } };
    expect(isOurs("kubernetes:core/v1:Namespace", namespace, namespace)).to.equal(true);
    expect(isOurs("kubernetes:core/v1:Namespace", namespace, { metadata: { name: "acme" } })).to.equal(false);
  });
});
