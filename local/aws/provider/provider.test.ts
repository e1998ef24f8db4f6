import { expect } from "chai";
import { Secret, Unknown } from "../../plugin/values";
import { drift, forget } from "../account-changes";
import { TestAccount, codeOf, startTestServer, text, type TestServer } from "../testing/account";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const NEVER = new AbortController().signal;

describe("the aws provider", function () {
  this.timeout(120_000);
  let server: TestServer;
  let account: TestAccount;

  before(async () => (server = await startTestServer()));
  after(() => server.stop());
  beforeEach(async () => {
    account = new TestAccount(server.cloud);
    await account.configure();
  });
  afterEach(() => account.close());

  it("computes outputs that look like AWS's", async () => {
    const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16", tags: { Name: "main" } });
    expect(vpc.id).to.match(/^vpc-[0-9a-f]{17}$/);
    expect(vpc.outputs).to.deep.include({
      arn: `arn:aws:ec2:us-east-1:123456789012:vpc/${vpc.id}`,
      ownerId: "123456789012",
      cidrBlock: "10.0.0.0/16",
      enableDnsSupport: true,
      region: "us-east-1",
      tagsAll: { Name: "main" },
    });
    expect(vpc.outputs.mainRouteTableId).to.match(/^rtb-[0-9a-f]{17}$/);
  });

  it("shows drift when read, and heals it by the next update", async () => {
    const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16", tags: { Name: "main" } });
    await drift(
      account.connection,
      account.store,
      { id: vpc.id },
      { tags: { Name: "other" }, enableDnsSupport: false },
    );
    const read = await account.read(vpc);
    expect(read).to.deep.include({
      tags: { Name: "other" },
      tagsAll: { Name: "other" },
      enableDnsSupport: false,
    });
    const healed = await account.update(vpc, { cidrBlock: "10.0.0.0/16", tags: { Name: "main" } });
    expect(healed.outputs).to.deep.include({ tags: { Name: "main" }, enableDnsSupport: true });
  });

  it("says that a resource deleted behind its back is gone", async () => {
    const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
    await forget(account.connection, account.store, { id: vpc.id });
    expect(await account.read(vpc)).to.equal(undefined);
  });

  it("imports by id", async () => {
    const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
    const found = await account.provider.read({
      urn: "urn:pulumi:other::unit::aws:ec2/vpc:Vpc::imported",
      type: VPC,
      name: "imported",
      id: vpc.id,
      inputs: {},
      properties: {},
      signal: NEVER,
    });
    expect(found?.id).to.equal(vpc.id);
    expect(found?.inputs).to.deep.include({ cidrBlock: "10.0.0.0/16" });
  });

  it("imports an instance by its identifier", async () => {
    const type = "aws:rds/instance:Instance";
    const made = await account.create(type, "db", {
      engine: "mysql",
      identifier: "shop",
      instanceClass: "db.t4g.medium",
      allocatedStorage: 20,
      username: "app",
      manageMasterUserPassword: true,
    });
    const found = await account.provider.read({
      urn: `urn:pulumi:other::unit::${type}::imported`,
      type,
      name: "imported",
      id: "shop",
      inputs: {},
      properties: {},
      signal: NEVER,
    });
    expect(found?.id).to.equal(made.id);
  });

  it("previews a create: inputs and defaults known, the rest unknown", async () => {
    const { id, outputs } = await account.provider.create({
      urn: "urn:pulumi:test::unit::aws:ec2/subnet:Subnet::s",
      type: SUBNET,
      name: "s",
      inputs: { vpcId: Unknown.instance, cidrBlock: "10.0.0.0/24", tags: { env: "test" } },
      preview: true,
      timeoutSeconds: 0,
      signal: NEVER,
    });
    expect(id).to.equal("");
    expect(outputs).to.deep.include({
      vpcId: Unknown.instance,
      cidrBlock: "10.0.0.0/24",
      mapPublicIpOnLaunch: false,
      arn: Unknown.instance,
      availabilityZone: Unknown.instance,
      tagsAll: { env: "test" },
    });
    expect(await account.store.all()).to.deep.equal([]);
  });

  it("previews an update without touching the account", async () => {
    const template = await account.create("aws:ec2/launchTemplate:LaunchTemplate", "t", { name: "t" });
    const outputs = await account.provider.update({
      ...template,
      oldInputs: template.inputs,
      oldOutputs: template.outputs,
      newInputs: { ...template.inputs, description: "new" },
      preview: true,
      timeoutSeconds: 0,
      signal: NEVER,
    });
    expect(outputs).to.deep.include({
      arn: text(template, "arn"),
      latestVersion: Unknown.instance,
      description: "new",
    });
    expect((await account.read(template))?.latestVersion).to.equal(1);
  });

  it("gives each change of a launch template a new version", async () => {
    const template = await account.create("aws:ec2/launchTemplate:LaunchTemplate", "t", { name: "t" });
    const next = await account.update(template, { name: "t", description: "new" });
    expect(next.outputs).to.deep.include({ latestVersion: 2, defaultVersion: 1 });
  });

  it("keeps what AWS computed over an update", async () => {
    const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
    const next = await account.update(vpc, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
    expect(next.outputs).to.deep.include({ arn: vpc.outputs.arn, enableDnsHostnames: true });
  });

  it("keeps secret inputs secret", async () => {
    const secret = await account.create("aws:secretsmanager/secret:Secret", "s", {
      name: "s",
      description: new Secret("hush"),
    });
    expect(secret.outputs.description).to.deep.equal(new Secret("hush"));
  });

  it("names a type that it doesn't simulate", async () => {
    expect(await codeOf(account.create("aws:qldb/ledger:Ledger", "x", {}))).to.equal(
      "The local AWS account does not simulate resources of type aws:qldb/ledger:Ledger.",
    );
  });

  it("names an invoke that it doesn't simulate", async () => {
    expect(await codeOf(account.provider.invoke("aws:qldb/getLedger:getLedger", {}))).to.equal(
      "The local AWS account does not simulate the invoke aws:qldb/getLedger:getLedger.",
    );
  });

  it("refuses an account that is not allowed", async () => {
    expect(await codeOf(account.configure({ allowedAccountIds: '["999999999999"]' }))).to.contain(
      "AWS account ID not allowed: 123456789012",
    );
  });

  for (const [config, property, reason] of [
    [{ region: "moon-1" }, "region", '"moon-1" is not a region; expected one such as us-east-1'],
    [
      { region: "us-east-1", allowedAccountIds: '["12"]' },
      "allowedAccountIds",
      '"12" is not an account; expected 12 digits',
    ],
  ] as const) {
    it(`refuses a provider's ${property} ${JSON.stringify(config)}`, async () => {
      const { failures } = await account.provider.checkConfig(config);
      expect(failures).to.deep.equal([{ property, reason }]);
    });
  }

  it("merges the provider's default tags, the resource's own winning", async () => {
    await account.configure({ defaultTags: '{"tags":{"tenant-id":"shared","env":"test"}}' });
    const vpc = await account.create(VPC, "main", {
      cidrBlock: "10.0.0.0/16",
      tags: { "tenant-id": "acme" },
    });
    expect(vpc.inputs.tags).to.deep.equal({ "tenant-id": "acme", env: "test" });
  });

  describe("diff", () => {
    it("sees no change in the same inputs", async () => {
      const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
      expect((await account.diff(vpc, { cidrBlock: "10.0.0.0/16" })).changes).to.equal(false);
    });

    it("sees no change in a default that is now spelled out", async () => {
      const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
      expect(
        (await account.diff(vpc, { cidrBlock: "10.0.0.0/16", enableDnsSupport: true })).changes,
      ).to.equal(false);
    });

    it("replaces where AWS can't change in place", async () => {
      const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
      const found = await account.diff(vpc, { cidrBlock: "10.1.0.0/16" });
      expect(found.replaces).to.deep.equal(["cidrBlock"]);
      expect(found.detailedDiff).to.deep.equal({ cidrBlock: { kind: "update-replace", inputDiff: true } });
      expect(found.deleteBeforeReplace).to.equal(false);
    });

    it("updates in place where AWS can", async () => {
      const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16", tags: { a: "1" } });
      const found = await account.diff(vpc, { cidrBlock: "10.0.0.0/16", tags: { b: "2" } });
      expect(found.replaces).to.deep.equal([]);
      expect(found.detailedDiff).to.deep.equal({
        "tags.a": { kind: "delete", inputDiff: true },
        "tags.b": { kind: "add", inputDiff: true },
      });
    });

    it("deletes first what has a name of the program's choice", async () => {
      const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
      const type = "aws:ec2/securityGroup:SecurityGroup";
      const chosen = await account.create(type, "chosen", { vpcId: vpc.id, name: "web", description: "a" });
      const madeUp = await account.create(type, "made-up", { vpcId: vpc.id, description: "a" });
      expect(
        (await account.diff(chosen, { vpcId: vpc.id, name: "web", description: "b" })).deleteBeforeReplace,
      ).to.equal(true);
      expect((await account.diff(madeUp, { vpcId: vpc.id, description: "b" })).deleteBeforeReplace).to.equal(
        false,
      );
    });

    it("ignores the order of a set and the layout of JSON", async () => {
      const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
      const ids = [];
      for (const [index, zone] of ["us-east-1a", "us-east-1b"].entries()) {
        const made = await account.create(SUBNET, zone, {
          vpcId: vpc.id,
          cidrBlock: `10.0.${index}.0/24`,
          availabilityZone: zone,
        });
        ids.push(made.id);
      }
      const group = await account.create("aws:rds/subnetGroup:SubnetGroup", "g", { subnetIds: ids });
      expect((await account.diff(group, { subnetIds: [...ids].reverse() })).changes).to.equal(false);
      const policy = '{"Statement":[{"Action":"kms:*","Effect":"Allow"}]}';
      const key = await account.create("aws:kms/key:Key", "k", { policy });
      const spaced = { Statement: [{ Effect: "Allow", Action: "kms:*" }] };
      expect((await account.diff(key, { policy: spaced })).changes).to.equal(false);
    });
  });
});
