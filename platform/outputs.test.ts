import { expect } from "chai";
import { parsePlatformOutputs, PlatformOutputsError } from "./outputs";

const GOOD = {
  schemaVersion: 1,
  name: "eu-1",
  environment: "prod",
  costCenter: "platform",
  accountId: "123456789012",
  region: "eu-central-1",
  partition: "aws",
  domain: "app.example.com",
  network: {
    vpcId: "vpc-1",
    cidr: "10.20.0.0/16",
    publicSubnetCidrs: ["10.20.32.0/22"],
    privateSubnetIds: ["subnet-1"],
    databaseSubnetIds: ["subnet-2"],
    databaseSubnetCidrs: ["10.20.36.0/24"],
  },
  cluster: {
    name: "eu-1",
    arn: "arn:aws:eks:eu-central-1:123456789012:cluster/eu-1",
    endpoint: "https://eks.example",
    kubeconfig: "{}",
    clusterSecurityGroupId: "sg-1",
    nodeSecurityGroupId: "sg-2",
  },
  database: {
    subnetGroupName: "eu-1-databases",
    parameterGroupNames: { postgres: "eu-1-postgres17", mysql: "eu-1-mysql8-4" },
    monitoringRoleArn: "arn:aws:iam::123456789012:role/monitoring",
  },
  permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
};

describe("a cell's outputs", () => {
  it("are read as they are", () => {
    expect(parsePlatformOutputs(GOOD)).to.deep.equal(GOOD);
  });

  const cases: readonly [string, object][] = [
    ["schemaVersion", { ...GOOD, schemaVersion: 2 }],
    ["accountId", { ...GOOD, accountId: "acme" }],
    ["network.vpcId", { ...GOOD, network: { ...GOOD.network, vpcId: undefined } }],
    ["network.publicSubnetCidrs", { ...GOOD, network: { ...GOOD.network, publicSubnetCidrs: [] } }],
    ["cluster.kubeconfig", { ...GOOD, cluster: { ...GOOD.cluster, kubeconfig: { token: "hunter2" } } }],
    [
      "database.parameterGroupNames.mysql",
      { ...GOOD, database: { ...GOOD.database, parameterGroupNames: { postgres: "p" } } },
    ],
  ];
  for (const [output, values] of cases) {
    it(`are refused by name when '${output}' is missing or wrong`, () => {
      expect(() => parsePlatformOutputs(values)).to.throw(PlatformOutputsError, output);
    });
  }

  it("are never quoted, as they hold secrets", () => {
    const values = { ...GOOD, cluster: { ...GOOD.cluster, kubeconfig: { token: "hunter2" } } };
    expect(() => parsePlatformOutputs(values))
      .to.throw()
      .with.property("message")
      .that.does.not.contain("hunter2");
  });
});
