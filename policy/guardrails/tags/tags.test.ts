import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { resourceTags } from "../../../components/rules/tags";
import { CELL_STACK, judge } from "../../testing/judge";
import { testPolicy } from "../../testing/table";
import { requiredTags } from "./required-tags";
import { readTaggableTypes, TAGGABLE_TYPES_FILE } from "./taggable-types";
import { tenantTag } from "./tenant-tag";

const tags = resourceTags({ tenantId: "acme", environment: "local", cell: "local", costCenter: "platform" });
const key = { type: "aws:kms/key:Key", props: { tags } };

testPolicy({
  policy: requiredTags,
  compliant: key,
  mutations: Object.keys(tags).map((tag) => [
    ["tags", tag],
    undefined,
    `tags: '${tag}' is missing; expected a value for each of the required tag keys`,
  ]),
});

describe("required-tags", () => {
  it("refuses an empty value", async () => {
    const empty = { ...key, props: { tags: { ...tags, env: "" } } };
    expect(await judge(requiredTags, empty)).to.deep.equal(["tags: 'env' is empty; expected a value"]);
  });

  it("refuses a taggable resource without any tags, naming every key", async () => {
    expect(await judge(requiredTags, { type: "aws:rds/instance:Instance", props: {} })).to.have.length(5);
  });

  it("asks for the company's own keys too", async () => {
    expect(await judge(requiredTags, key, CELL_STACK, { additionalKeys: ["data-class"] })).to.deep.equal([
      "tags: 'data-class' is missing; expected a value for each of the required tag keys",
    ]);
  });

  it("leaves types alone that cannot carry tags", async () => {
    expect(await judge(requiredTags, { type: "aws:kms/alias:Alias", props: {} })).to.deep.equal([]);
  });

  it("knows the taggable types of the pinned @pulumi/aws", () => {
    const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
    expect(JSON.parse(fs.readFileSync(TAGGABLE_TYPES_FILE, "utf8"))).to.deep.equal(readTaggableTypes(sdk));
  });
});

testPolicy({
  policy: tenantTag,
  compliant: key,
  mutations: [
    ["tags.tenant-id", "globex", "tags.tenant-id: 'globex' in stack 'acme'; expected 'acme'"],
    ["tags.tenant-id", "shared", "tags.tenant-id: 'shared' in stack 'acme'; expected 'acme'"],
  ],
});

describe("tenant-tag-is-own", () => {
  it("expects 'shared' in a cell's stack", async () => {
    expect(await judge(tenantTag, key, CELL_STACK)).to.deep.equal([
      "tags.tenant-id: 'acme' in stack 'local'; expected 'shared'",
    ]);
  });
});
