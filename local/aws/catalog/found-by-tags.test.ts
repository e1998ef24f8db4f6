import { expect } from "chai";
import { TestAccount, codeOf, startTestServer, type TestServer } from "../testing/account";

const GET_RESOURCES = "aws:resourcegroupstaggingapi/getResources:getResources";
const GET_RULES = "aws:vpc/getSecurityGroupRules:getSecurityGroupRules";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

describe("what the account finds by tags", function () {
  this.timeout(120_000);
  let server: TestServer;
  let account: TestAccount;
  /** Ids of two tenants' security groups, and of a rule in each. */
  const made = new Map<string, { group: string; rule: string; key: string }>();

  before(async () => {
    server = await startTestServer();
    account = new TestAccount(server.cloud);
    await account.configure();
    const vpc = await account.create("aws:ec2/vpc:Vpc", "main", { cidrBlock: "10.0.0.0/16" });
    for (const tenant of ["acme", "globex"]) {
      const tags = { "tenant-id": tenant, env: "prod" };
      const group = await account.create(GROUP, tenant, { vpcId: vpc.id, tags });
      const rule = await account.create(INGRESS, tenant, {
        securityGroupId: group.id,
        cidrIpv4: "10.0.0.0/16",
        ipProtocol: "tcp",
        fromPort: 5432,
        toPort: 5432,
        tags,
      });
      const key = await account.create("aws:kms/key:Key", tenant, { tags });
      made.set(tenant, { group: group.id, rule: rule.id, key: key.id });
    }
  });
  after(async () => {
    await account.close();
    await server.stop();
  });

  const byTags = (filters: readonly string[], tags: Readonly<Record<string, string>>) =>
    account.provider.invoke(GET_RESOURCES, {
      resourceTypeFilters: [...filters],
      tagFilters: Object.entries(tags).map(([key, value]) => ({ key, values: [value] })),
    });

  it("is what bears all of them, of the types that are asked for", async () => {
    const tags = { "tenant-id": "acme", env: "prod" };
    const { resourceTagMappingLists: found } = await byTags(["kms:key", "ec2:security-group"], tags);
    const text = JSON.stringify(found);
    expect(text).to.contain(`security-group/${made.get("acme")?.group}`);
    expect(text).to.contain(`key/${made.get("acme")?.key}`);
    expect(text).to.not.contain(made.get("globex")?.group);
  });

  it("is nothing where one differs", async () => {
    const { resourceTagMappingLists: found } = await byTags(["kms:key"], {
      "tenant-id": "acme",
      env: "test",
    });
    expect(found).to.deep.equal([]);
  });

  it("is refused for a type that is not simulated", async () => {
    expect(await codeOf(byTags(["s3:bucket"], {}))).to.equal("InvalidParameterException");
  });

  it("is a group's rules, and no other group's", async () => {
    const { group = "", rule } = made.get("globex") ?? {};
    const rulesWith = async (tenant: string) => {
      const filters = [{ name: "group-id", values: [group] }];
      return (await account.provider.invoke(GET_RULES, { filters, tags: { "tenant-id": tenant } }))["ids"];
    };
    expect(await rulesWith("globex")).to.deep.equal([rule]);
    expect(await rulesWith("acme")).to.deep.equal([]);
  });
});
