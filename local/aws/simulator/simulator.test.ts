import { expect } from "chai";
import { TestAccount, codeOf, startTestServer, type TestServer } from "../testing/account";
import type { Fault } from "../account";

const VPC = "aws:ec2/vpc:Vpc";
const BUCKET = "aws:s3/bucket:Bucket";
const RECORD = "aws:route53/record:Record";

const FAULT: Fault = {
  type: "*",
  operation: "create",
  probability: 1,
  code: "InternalFailure",
  message: "An internal error occurred.",
  status: 500,
  moment: "before",
  remaining: null,
};

/** Strikes once, after the effect took place, and is not retried. */
const LOST_ONCE: Fault = { ...FAULT, moment: "after", code: "AccessDenied", status: 403, remaining: 1 };

describe("the simulated account", function () {
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

  const vpcs = (): Promise<number> => account.store.count(VPC, "us-east-1", {});
  const aVpc = (name = "main"): Promise<{ id: string }> =>
    account.create(VPC, name, { cidrBlock: "10.0.0.0/16" });

  it("refuses more than the quota", async () => {
    await account.settings.setQuota("ec2.vpcs", 1);
    await aVpc("one");
    expect(await codeOf(aVpc("two"))).to.equal("VpcLimitExceeded");
  });

  it("knows AWS's own quotas", async () => {
    for (let index = 0; index < 5; index++) await aVpc(`vpc-${index}`);
    expect(await codeOf(aVpc("sixth"))).to.equal("VpcLimitExceeded");
  });

  it("counts a quota per parent", async () => {
    await account.settings.setQuota("ec2.subnetsPerVpc", 1);
    const { id: one } = await aVpc("one");
    const { id: two } = await aVpc("two");
    const subnet = "aws:ec2/subnet:Subnet";
    await account.create(subnet, "one", { vpcId: one, cidrBlock: "10.0.0.0/24" });
    await account.create(subnet, "two", { vpcId: two, cidrBlock: "10.0.0.0/24" });
    expect(await codeOf(account.create(subnet, "three", { vpcId: two, cidrBlock: "10.0.1.0/24" }))).to.equal(
      "SubnetLimitExceeded",
    );
  });

  it("ends right under 20% throttling", async () => {
    await account.settings.addFault({
      ...FAULT,
      operation: "*",
      probability: 0.2,
      code: "ThrottlingException",
      status: 400,
    });
    for (let index = 0; index < 5; index++) await aVpc(`vpc-${index}`);
    expect(await vpcs()).to.equal(5);
  });

  it("retries a fault on AWS's side and makes the resource once", async () => {
    await account.settings.addFault({ ...FAULT, remaining: 3 });
    await aVpc();
    expect(await vpcs()).to.equal(1);
  });

  it("finds what was made before the fault struck, instead of making it twice", async () => {
    await account.settings.addFault({ ...FAULT, moment: "after", remaining: 3 });
    const { id } = await aVpc();
    expect((await account.store.named(id)).length).to.equal(1);
    expect(await vpcs()).to.equal(1);
  });

  it("gives up after maxRetries and names operation, code and attempts", async () => {
    await account.configure({ maxRetries: 2 });
    await account.settings.addFault(FAULT);
    let message = "";
    await aVpc().catch((error: unknown) => (message = String(error)));
    expect(message).to.contain(
      "creating aws:ec2/vpc:Vpc (main): operation error EC2: CreateVpc, exceeded maximum number of attempts, 3, " +
        "https response error StatusCode: 500, api error InternalFailure: An internal error occurred.",
    );
    expect(await vpcs()).to.equal(0);
  });

  it("does not retry what the caller did wrong", async () => {
    const serial = await account.settings.addFault({
      ...FAULT,
      code: "AccessDenied",
      status: 403,
      remaining: 5,
    });
    expect(await codeOf(aVpc())).to.equal("AccessDenied");
    const left = (await account.settings.get()).faults.find((fault) => fault.serial === serial);
    expect(left?.remaining).to.equal(5 - 1);
  });

  it("strikes only the types and operations that a fault names", async () => {
    await account.settings.addFault({ ...FAULT, type: "aws:rds/*", code: "AccessDenied", status: 403 });
    await account.settings.addFault({ ...FAULT, operation: "DeleteVpc", code: "AccessDenied", status: 403 });
    const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
    expect(await codeOf(account.delete(vpc))).to.equal("AccessDenied");
  });

  it("finds a create whose answer was lost in another process", async () => {
    await account.settings.addFault(LOST_ONCE);
    expect(await codeOf(aVpc())).to.equal("AccessDenied");
    const provider = account.newProvider();
    await account.configure({}, provider);
    await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" }, provider);
    expect(await vpcs()).to.equal(1);
  });

  it("where it is forgetful, makes another once the engine is gone that made the first", async () => {
    await account.settings.set({ forgetful: true });
    await account.settings.addFault({ ...FAULT, moment: "after", remaining: 2 });
    await aVpc();
    expect(await vpcs(), "what a repeated call finds is its own").to.equal(1);
    const provider = account.newProvider();
    await account.configure({}, provider);
    await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" }, provider);
    expect(await vpcs()).to.equal(2);
  });

  it("where it is forgetful, gives a name that a lost create took to no other", async () => {
    await account.settings.set({ forgetful: true });
    await account.settings.addFault(LOST_ONCE);
    expect(await codeOf(account.create(BUCKET, "files", { bucket: "a-name" }))).to.equal("AccessDenied");
    expect(await codeOf(account.create(BUCKET, "files", { bucket: "a-name" }))).to.equal(
      "BucketAlreadyExists",
    );
  });

  it("gives a lost create the inputs of the next one", async () => {
    await account.settings.addFault(LOST_ONCE);
    await codeOf(account.create(BUCKET, "files", { bucket: "former-name" }));
    await account.create(BUCKET, "files", { bucket: "new-name" });
    expect((await account.store.all()).map((row) => row.id)).to.deep.equal(["new-name"]);
  });

  it("makes a replacement although the former one is still there", async () => {
    const former = await account.create("aws:ec2/eip:Eip", "address", {});
    const provider = account.newProvider();
    await account.provider.close();
    await account.configure({}, provider);
    const next = await account.create("aws:ec2/eip:Eip", "address", {}, provider);
    expect(next.id).to.not.equal(former.id);
  });

  it("gives a name to one of two processes that want it at once", async () => {
    const other = account.newProvider();
    await account.configure({}, other);
    const results = await Promise.all([
      codeOf(account.create(BUCKET, "one", { bucket: "same-name" })),
      codeOf(account.create(BUCKET, "two", { bucket: "same-name" }, other)),
    ]);
    expect(results.sort()).to.deep.equal(["BucketAlreadyExists", "ok"]);
  });

  it("keeps a quota when many want the last place at once", async () => {
    const results = await Promise.all(Array.from({ length: 12 }, (_, index) => codeOf(aVpc(`vpc-${index}`))));
    expect(results.filter((result) => result === "ok")).to.have.length(5);
    expect(await vpcs()).to.equal(5);
  });

  it("brings the schema up once for processes that start together", async () => {
    const fresh = new TestAccount(server.cloud);
    const providers = [fresh.provider, fresh.newProvider(), fresh.newProvider(), fresh.newProvider()];
    await Promise.all(providers.map((provider) => fresh.configure({}, provider)));
    const results = await Promise.all(
      providers.map((provider, index) => codeOf(fresh.create(BUCKET, `b${index}`, {}, provider))),
    );
    expect(results).to.deep.equal(["ok", "ok", "ok", "ok"]);
    await fresh.close();
  });

  it("lets five Route 53 calls a second through, whatever process they come from", async () => {
    const zone = await account.create("aws:route53/zone:Zone", "zone", { name: "example.com" });
    const other = account.newProvider();
    await account.configure({}, other);
    const started = Date.now();
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        account.create(
          RECORD,
          `record-${index}`,
          { zoneId: zone.id, name: `r${index}`, type: "A", ttl: 60, records: ["192.0.2.1"] },
          index % 2 === 0 ? account.provider : other,
        ),
      ),
    );
    // Thirteen calls, five of them at once: the other eight need 1.6 s.
    expect(Date.now() - started).to.be.at.least(1_400);
    expect(await account.store.count(RECORD, "us-east-1", {})).to.equal(12);
  });

  it("takes AWS's own time when asked to", async () => {
    await account.settings.set({ latencyFactor: 0.02 });
    const quick = account.newProvider();
    await account.configure({}, quick);
    const started = Date.now();
    await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" }, quick);
    expect(Date.now() - started).to.be.at.least(12_000 * 0.02);
  });

  it("keeps regions apart", async () => {
    const abroad = account.newProvider();
    await account.configure({ region: "eu-west-1" }, abroad);
    const vpc = await aVpc();
    const attempt = account.create(
      "aws:ec2/subnet:Subnet",
      "s",
      { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" },
      abroad,
    );
    expect(await codeOf(attempt)).to.equal("InvalidVpcID.NotFound");
  });

  it("deletes a VPC's own route table and group with it", async () => {
    const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
    expect((await account.store.all(true)).length).to.equal(3);
    await account.delete(vpc);
    expect(await account.store.all(true)).to.deep.equal([]);
  });

  it("counts what is gone already as deleted", async () => {
    const vpc = await account.create(VPC, "main", { cidrBlock: "10.0.0.0/16" });
    await account.delete(vpc);
    expect(await codeOf(account.delete(vpc))).to.equal("ok");
  });

  it("empties a bucket that may be destroyed with its objects", async () => {
    const bucket = await account.create(BUCKET, "files", { forceDestroy: true });
    await account.create("aws:s3/bucketObject:BucketObject", "a", {
      bucket: bucket.id,
      key: "a",
      content: "a",
    });
    await account.delete(bucket);
    expect(await account.store.all()).to.deep.equal([]);
  });

  it("keeps secrets out of its tables in the clear", async () => {
    const secret = await account.create("aws:secretsmanager/secret:Secret", "s", { name: "s" });
    await account.create("aws:secretsmanager/secretVersion:SecretVersion", "v", {
      secretId: secret.id,
      secretString: "hush-hush",
    });
    const dump = await account.connection.query<{ text: string }>(
      "select string_agg(r::text, ' ') as text from resource r",
    );
    expect(dump.rows[0]?.text).to.not.contain("hush-hush");
    const read = await account.provider.invoke("aws:secretsmanager/getSecretVersion:getSecretVersion", {
      secretId: "s",
    });
    expect(read.secretString).to.deep.include({ value: "hush-hush" });
  });

  it("moves a secret's former version aside", async () => {
    const secret = await account.create("aws:secretsmanager/secret:Secret", "s", { name: "s" });
    const version = "aws:secretsmanager/secretVersion:SecretVersion";
    const first = await account.create(version, "one", { secretId: secret.id, secretString: "one" });
    await account.create(version, "two", { secretId: secret.id, secretString: "two" });
    expect((await account.read(first))?.versionStages).to.deep.equal(["AWSPREVIOUS"]);
  });
});
