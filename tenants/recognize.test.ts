import { expect } from "chai";
import { recognizeTenantResource as recognize } from "./recognize";

const ROLE = { name: "tenantry-eu-1-t-acme", tags: { "tenant-id": "acme", env: "prod", __defaults: [] } };

function isOurs(type: string, inputs: Record<string, unknown>, read: Record<string, unknown>, outputs = {}) {
  const recognition = recognize({ type, inputs });
  if (typeof recognition !== "object") throw new Error(`${type} is not recognised`);
  return recognition.isOurs({ inputs: read, outputs });
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
    ["a key, which has no name", "aws:kms/key:Key", { tags: { "tenant-id": "acme" } }],
    ["a role without tags", "aws:iam/role:Role", { name: "acme" }],
    ["a role whose name AWS makes", "aws:iam/role:Role", { namePrefix: "acme-", tags: ROLE.tags }],
    ["a cluster's object without labels", "kubernetes:core/v1:Namespace", { metadata: { name: "acme" } }],
  ] as const) {
    it(`leaves ${what}`, () => {
      expect(recognize({ type, inputs })).to.equal(undefined);
    });
  }

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
