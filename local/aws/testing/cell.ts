import type { TestAccount, TestResource } from "./account";

/** Resources that a refusal is tried on, made anew for each account. */
export interface Cell {
  vpc: TestResource;
  subnets: TestResource[];
  group: TestResource;
  key: TestResource;
  subnetGroup: TestResource;
  parameterGroup: TestResource;
  zone: TestResource;
  bucket: TestResource;
  table: TestResource;
  address: TestResource;
  secret: TestResource;
}

/** Types that many tests need. */
export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const INSTANCE = "aws:rds/instance:Instance";
/** An instance that needs nothing real behind it. */
export const MYSQL = {
  engine: "mysql",
  instanceClass: "db.t4g.medium",
  allocatedStorage: 20,
  username: "app",
  password: "long enough".replace(" ", "-"),
};

/** Builds one of each on an account. */
export async function buildCell(account: TestAccount): Promise<Cell> {
  const vpc = await account.create(VPC, "vpc", { cidrBlock: "10.0.0.0/16" });
  const subnets = [];
  for (const [index, letter] of ["a", "b"].entries()) {
    subnets.push(
      await account.create(SUBNET, `subnet-${letter}`, {
        vpcId: vpc.id,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `us-east-1${letter}`,
      }),
    );
  }
  return {
    vpc,
    subnets,
    group: await account.create(GROUP, "group", { vpcId: vpc.id, name: "web" }),
    key: await account.create("aws:kms/key:Key", "key", {}),
    subnetGroup: await account.create("aws:rds/subnetGroup:SubnetGroup", "group", {
      subnetIds: subnets.map((subnet) => subnet.id),
    }),
    parameterGroup: await account.create("aws:rds/parameterGroup:ParameterGroup", "group", {
      family: "mysql8.0",
    }),
    zone: await account.create("aws:route53/zone:Zone", "zone", { name: "example.com" }),
    bucket: await account.create("aws:s3/bucket:Bucket", "bucket", { bucket: "shop-files" }),
    table: await account.create("aws:ec2/routeTable:RouteTable", "table", { vpcId: vpc.id }),
    address: await account.create("aws:ec2/eip:Eip", "address", {}),
    secret: await account.create("aws:secretsmanager/secret:Secret", "secret", { name: "shop" }),
  };
}

/** What a test tries on the resources. */
export type Attempt = (account: TestAccount, cell: Cell) => Promise<unknown>;
