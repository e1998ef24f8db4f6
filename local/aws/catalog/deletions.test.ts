import { expect } from "chai";
import { TestAccount, codeOf, startTestServer, text, type TestServer } from "../testing/account";
import { GROUP, INSTANCE, MYSQL, buildCell, type Attempt, type Cell } from "../testing/cell";

const IN_USE: readonly [string, string, Attempt][] = [
  ["a VPC with subnets", "DependencyViolation", (a, c) => a.delete(c.vpc)],
  ["a subnet of a subnet group", "DependencyViolation", (a, c) => a.delete(c.subnets[0] ?? c.vpc)],
  [
    "a route table of a subnet",
    "DependencyViolation",
    async (a, c) => {
      await a.create("aws:ec2/routeTableAssociation:RouteTableAssociation", "x", {
        routeTableId: c.table.id,
        subnetId: c.subnets[0]?.id,
      });
      await a.delete(c.table);
    },
  ],
  [
    "a group that another group's rule refers to",
    "DependencyViolation",
    async (a, c) => {
      const other = await a.create(GROUP, "other", { vpcId: c.vpc.id });
      await a.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "x", {
        securityGroupId: other.id,
        ipProtocol: "-1",
        referencedSecurityGroupId: c.group.id,
      });
      await a.delete(c.group);
    },
  ],
  [
    "an address of a NAT gateway",
    "InvalidIPAddress.InUse",
    async (a, c) => {
      await a.create("aws:ec2/natGateway:NatGateway", "x", {
        subnetId: c.subnets[0]?.id,
        allocationId: c.address.id,
      });
      await a.delete(c.address);
    },
  ],
  [
    "an internet gateway under mapped addresses",
    "DependencyViolation",
    async (a, c) => {
      const gateway = await a.create("aws:ec2/internetGateway:InternetGateway", "x", { vpcId: c.vpc.id });
      await a.create("aws:ec2/natGateway:NatGateway", "x", {
        subnetId: c.subnets[0]?.id,
        allocationId: c.address.id,
      });
      await a.delete(gateway);
    },
  ],
  [
    "a subnet group of an instance",
    "InvalidDBSubnetGroupStateFault",
    async (a, c) => {
      await a.create(INSTANCE, "x", { ...MYSQL, dbSubnetGroupName: text(c.subnetGroup, "name") });
      await a.delete(c.subnetGroup);
    },
  ],
  [
    "a parameter group of an instance",
    "InvalidDBParameterGroupState",
    async (a, c) => {
      await a.create(INSTANCE, "x", {
        ...MYSQL,
        engineVersion: "8.0",
        parameterGroupName: text(c.parameterGroup, "name"),
      });
      await a.delete(c.parameterGroup);
    },
  ],
  [
    "a protected instance",
    "InvalidParameterCombination",
    async (a) =>
      a.delete(
        await a.create(INSTANCE, "x", { ...MYSQL, deletionProtection: true, skipFinalSnapshot: true }),
      ),
  ],
  [
    "an instance without a name for its final snapshot",
    "InvalidParameterCombination",
    async (a) => a.delete(await a.create(INSTANCE, "x", MYSQL)),
  ],
  [
    "an instance whose final snapshot's name is taken",
    "DBSnapshotAlreadyExists",
    async (a) => {
      await a.delete(await a.create(INSTANCE, "one", { ...MYSQL, finalSnapshotIdentifier: "last" }));
      await a.delete(await a.create(INSTANCE, "two", { ...MYSQL, finalSnapshotIdentifier: "last" }));
    },
  ],
  [
    "a bucket with an object",
    "BucketNotEmpty",
    async (a, c) => {
      await a.create("aws:s3/bucketObject:BucketObject", "x", {
        bucket: c.bucket.id,
        key: "a.txt",
        content: "a",
      });
      await a.delete(c.bucket);
    },
  ],
  [
    "a zone with a record",
    "HostedZoneNotEmpty",
    async (a, c) => {
      await a.create("aws:route53/record:Record", "x", {
        zoneId: c.zone.id,
        name: "www",
        type: "A",
        ttl: 60,
        records: ["192.0.2.1"],
      });
      await a.delete(c.zone);
    },
  ],
];

describe("the account's deletions", function () {
  this.timeout(120_000);
  let server: TestServer;
  let account: TestAccount;
  let cell: Cell;

  before(async () => (server = await startTestServer()));
  after(() => server.stop());
  beforeEach(async () => {
    account = new TestAccount(server.cloud);
    await account.settings.setThrottle("Route 53", undefined);
    await account.configure();
    cell = await buildCell(account);
  });
  afterEach(() => account.close());

  for (const [group, attempts] of Object.entries({
    "refuses to delete": IN_USE,
  })) {
    describe(group, () => {
      for (const [what, code, attempt] of attempts) {
        it(`${what}: ${code}`, async () => {
          expect(await codeOf(attempt(account, cell))).to.equal(code);
        });
      }
    });
  }
});
