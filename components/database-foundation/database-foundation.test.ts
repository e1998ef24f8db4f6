import { expect } from "chai";
import * as aws from "@pulumi/aws";
import { record, type Recording } from "../testing/record";
import { DatabaseFoundation } from "./database-foundation";

describe("DatabaseFoundation", () => {
  let made: Recording;
  before(async () => {
    made = await record(() => {
      const provider = new aws.Provider("aws", { region: "eu-central-1" });
      const args = { cell: "eu-1", databaseSubnetIds: ["subnet-d", "subnet-e"], partition: "aws" };
      new DatabaseFoundation("eu-1", args, { providers: { aws: provider } });
    });
  });

  it("makes exactly what tenants' databases share", () => {
    expect(made.counts()).to.deep.equal({
      "pulumi:providers:aws": 1,
      "tenantry:index:DatabaseFoundation": 1,
      "aws:rds/subnetGroup:SubnetGroup": 1,
      "aws:rds/parameterGroup:ParameterGroup": 2,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
    });
  });

  const engines: readonly [string, string, { name: string; value: string }][] = [
    ["postgres", "postgres17", { name: "rds.force_ssl", value: "1" }],
    ["mysql", "mysql8.4", { name: "require_secure_transport", value: "ON" }],
  ];
  for (const [engine, family, parameter] of engines) {
    it(`forces TLS on ${engine}`, () => {
      const { inputs } = made.one("aws:rds/parameterGroup:ParameterGroup", `eu-1-${engine}`);
      expect(inputs["family"]).to.equal(family);
      expect(inputs["parameters"]).to.deep.include(parameter);
    });
  }
});
