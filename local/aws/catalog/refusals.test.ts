import { expect } from "chai";
import { TestAccount, codeOf, startTestServer, text, type TestServer } from "../testing/account";
import { GROUP, INSTANCE, MYSQL, SUBNET, VPC, buildCell, type Attempt, type Cell } from "../testing/cell";

const MISSING: readonly [string, string, Attempt][] = [
  [
    "a subnet of no VPC",
    "InvalidVpcID.NotFound",
    (a) => a.create(SUBNET, "x", { vpcId: "vpc-0", cidrBlock: "10.0.9.0/24" }),
  ],
  ["a group of no VPC", "InvalidVpcID.NotFound", (a) => a.create(GROUP, "x", { vpcId: "vpc-0" })],
  ["a group without a VPC", "VPCIdNotSpecified", (a) => a.create(GROUP, "x", {})],
  [
    "a NAT gateway in no subnet",
    "InvalidSubnetID.NotFound",
    (a, c) =>
      a.create("aws:ec2/natGateway:NatGateway", "x", { subnetId: "subnet-0", allocationId: c.address.id }),
  ],
  [
    "a NAT gateway of no address",
    "InvalidAllocationID.NotFound",
    (a, c) =>
      a.create("aws:ec2/natGateway:NatGateway", "x", {
        subnetId: c.subnets[0]?.id,
        allocationId: "eipalloc-0",
      }),
  ],
  [
    "a route of no table",
    "InvalidRouteTableID.NotFound",
    (a) =>
      a.create("aws:ec2/route:Route", "x", {
        routeTableId: "rtb-0",
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: "local",
      }),
  ],
  [
    "a route to no gateway",
    "InvalidGatewayID.NotFound",
    (a, c) =>
      a.create("aws:ec2/route:Route", "x", {
        routeTableId: c.table.id,
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: "igw-0",
      }),
  ],
  [
    "a rule of no group",
    "InvalidGroup.NotFound",
    (a) =>
      a.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "x", {
        securityGroupId: "sg-0",
        ipProtocol: "-1",
        cidrIpv4: "0.0.0.0/0",
      }),
  ],
  [
    "a rule that refers to no group",
    "InvalidGroup.NotFound",
    (a, c) =>
      a.create("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "x", {
        securityGroupId: c.group.id,
        ipProtocol: "-1",
        referencedSecurityGroupId: "sg-0",
      }),
  ],
  [
    "an alias of no key",
    "NotFoundException",
    (a) =>
      a.create("aws:kms/alias:Alias", "x", {
        name: "alias/x",
        targetKeyId: "00000000-0000-0000-0000-000000000000",
      }),
  ],
  [
    "a log group under no key",
    "InvalidParameterException",
    (a) =>
      a.create("aws:cloudwatch/logGroup:LogGroup", "x", {
        kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/none",
      }),
  ],
  [
    "a subnet group of no subnet",
    "InvalidSubnetID.NotFound",
    (a) => a.create("aws:rds/subnetGroup:SubnetGroup", "x", { subnetIds: ["subnet-0"] }),
  ],
  [
    "an instance in no subnet group",
    "DBSubnetGroupNotFoundFault",
    (a) => a.create(INSTANCE, "x", { ...MYSQL, dbSubnetGroupName: "none" }),
  ],
  [
    "an instance of no parameter group",
    "DBParameterGroupNotFound",
    (a) => a.create(INSTANCE, "x", { ...MYSQL, parameterGroupName: "none" }),
  ],
  [
    "an instance under no key",
    "KMSKeyNotAccessibleFault",
    (a) =>
      a.create(INSTANCE, "x", {
        ...MYSQL,
        storageEncrypted: true,
        kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/none",
      }),
  ],
  [
    "an instance from no snapshot",
    "DBSnapshotNotFound",
    (a) => a.create(INSTANCE, "x", { ...MYSQL, snapshotIdentifier: "none" }),
  ],
  [
    "a record of no zone",
    "NoSuchHostedZone",
    (a) =>
      a.create("aws:route53/record:Record", "x", {
        zoneId: "Z0",
        name: "x",
        type: "A",
        ttl: 60,
        records: ["1.2.3.4"],
      }),
  ],
  [
    "a policy of no bucket",
    "NoSuchBucket",
    (a) => a.create("aws:s3/bucketPolicy:BucketPolicy", "x", { bucket: "none", policy: "{}" }),
  ],
  [
    "a version of no secret",
    "ResourceNotFoundException",
    (a) =>
      a.create("aws:secretsmanager/secretVersion:SecretVersion", "x", {
        secretId: "none",
        secretString: "x",
      }),
  ],
];

const TAKEN: readonly [string, string, Attempt][] = [
  [
    "a bucket's name",
    "BucketAlreadyExists",
    (a) => a.create("aws:s3/bucketV2:BucketV2", "x", { bucket: "shop-files" }),
  ],
  [
    "a group's name in its VPC",
    "InvalidGroup.Duplicate",
    (a, c) => a.create(GROUP, "x", { vpcId: c.vpc.id, name: "web" }),
  ],
  [
    "a secret's name",
    "ResourceExistsException",
    (a) => a.create("aws:secretsmanager/secret:Secret", "x", { name: "shop" }),
  ],
  [
    "a subnet group's name",
    "DBSubnetGroupAlreadyExists",
    (a, c) =>
      a.create("aws:rds/subnetGroup:SubnetGroup", "x", {
        name: text(c.subnetGroup, "name"),
        subnetIds: c.subnets.map((s) => s.id),
      }),
  ],
  [
    "a parameter group's name",
    "DBParameterGroupAlreadyExists",
    (a, c) =>
      a.create("aws:rds/parameterGroup:ParameterGroup", "x", {
        name: text(c.parameterGroup, "name"),
        family: "mysql8.0",
      }),
  ],
  [
    "an instance's identifier",
    "DBInstanceAlreadyExists",
    async (a) => {
      await a.create(INSTANCE, "one", { ...MYSQL, identifier: "shop" });
      await a.create(INSTANCE, "two", { ...MYSQL, identifier: "shop" });
    },
  ],
  [
    "a log group's name",
    "ResourceAlreadyExistsException",
    async (a) => {
      await a.create("aws:cloudwatch/logGroup:LogGroup", "one", { name: "/shop" });
      await a.create("aws:cloudwatch/logGroup:LogGroup", "two", { name: "/shop" });
    },
  ],
  [
    "an alias",
    "AlreadyExistsException",
    async (a, c) => {
      await a.create("aws:kms/alias:Alias", "one", { name: "alias/shop", targetKeyId: c.key.id });
      await a.create("aws:kms/alias:Alias", "two", { name: "alias/shop", targetKeyId: c.key.id });
    },
  ],
  [
    "a record's name and type",
    "InvalidChangeBatch",
    async (a, c) => {
      const record = { zoneId: c.zone.id, name: "www", type: "A", ttl: 60, records: ["192.0.2.1"] };
      await a.create("aws:route53/record:Record", "one", record);
      await a.create("aws:route53/record:Record", "two", { ...record, name: "www.example.com." });
    },
  ],
  [
    "a route's destination",
    "RouteAlreadyExists",
    async (a, c) => {
      const route = { routeTableId: c.table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: "local" };
      await a.create("aws:ec2/route:Route", "one", route);
      await a.create("aws:ec2/route:Route", "two", route);
    },
  ],
  [
    "a subnet's route table",
    "Resource.AlreadyAssociated",
    async (a, c) => {
      const association = { routeTableId: c.table.id, subnetId: c.subnets[0]?.id };
      await a.create("aws:ec2/routeTableAssociation:RouteTableAssociation", "one", association);
      await a.create("aws:ec2/routeTableAssociation:RouteTableAssociation", "two", association);
    },
  ],
  [
    "a VPC's internet gateway",
    "Resource.AlreadyAssociated",
    async (a, c) => {
      await a.create("aws:ec2/internetGateway:InternetGateway", "one", { vpcId: c.vpc.id });
      await a.create("aws:ec2/internetGateway:InternetGateway", "two", { vpcId: c.vpc.id });
    },
  ],
  [
    "a rule",
    "InvalidPermission.Duplicate",
    async (a, c) => {
      const rule = {
        securityGroupId: c.group.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "10.0.0.0/8",
      };
      await a.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "one", rule);
      await a.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "two", rule);
    },
  ],
  [
    "a deleted secret's name in its recovery window",
    "InvalidRequestException",
    async (a, c) => {
      await a.delete(c.secret);
      await a.create("aws:secretsmanager/secret:Secret", "again", { name: "shop" });
    },
  ],
];

const WRONG: readonly [string, string, Attempt][] = [
  ["a VPC larger than /16", "InvalidVpc.Range", (a) => a.create(VPC, "x", { cidrBlock: "10.0.0.0/8" })],
  [
    "a subnet that overlaps another",
    "InvalidSubnet.Conflict",
    (a, c) => a.create(SUBNET, "x", { vpcId: c.vpc.id, cidrBlock: "10.0.0.128/25" }),
  ],
  [
    "a subnet outside its VPC",
    "InvalidSubnet.Range",
    (a, c) => a.create(SUBNET, "x", { vpcId: c.vpc.id, cidrBlock: "10.1.0.0/24" }),
  ],
  [
    "a subnet in another region's zone",
    "InvalidParameterValue",
    (a, c) =>
      a.create(SUBNET, "x", { vpcId: c.vpc.id, cidrBlock: "10.0.9.0/24", availabilityZone: "eu-west-1a" }),
  ],
  [
    "a subnet group in one zone",
    "DBSubnetGroupDoesNotCoverEnoughAZs",
    (a, c) => a.create("aws:rds/subnetGroup:SubnetGroup", "x", { subnetIds: [c.subnets[0]?.id ?? ""] }),
  ],
  [
    "a parameter group of another version",
    "InvalidParameterCombination",
    (a, c) =>
      a.create(INSTANCE, "x", {
        ...MYSQL,
        engineVersion: "8.4",
        parameterGroupName: text(c.parameterGroup, "name"),
      }),
  ],
  [
    "a version that no engine has",
    "InvalidParameterCombination",
    (a) => a.create(INSTANCE, "x", { ...MYSQL, engineVersion: "5.5" }),
  ],
  [
    "an engine that is not simulated",
    "LocalCloudLimit",
    (a) => a.create(INSTANCE, "x", { ...MYSQL, engine: "oracle-ee" }),
  ],
  [
    "a key policy that locks everybody out",
    "MalformedPolicyDocumentException",
    (a) => a.create("aws:kms/key:Key", "x", { policy: '{"Statement":[{"Action":"kms:Decrypt"}]}' }),
  ],
];

describe("the account's refusals", function () {
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
    "refuses what refers to nothing": MISSING,
    "refuses a second time": TAKEN,
    "refuses what cannot be": WRONG,
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
