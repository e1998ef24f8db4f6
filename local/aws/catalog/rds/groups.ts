import { AwsError, asText, defineResource, type Context } from "../../framework";
import { subnetReference } from "../references";

/** The subnets that instances may be placed in: two availability zones at least. */
export const subnetGroup = defineResource({
  type: "aws:rds/subnetGroup:SubnetGroup",
  service: "RDS",
  operations: {
    create: "CreateDBSubnetGroup",
    read: "DescribeDBSubnetGroups",
    update: "ModifyDBSubnetGroup",
    delete: "DeleteDBSubnetGroup",
  },
  taggable: true,
  autoname: {
    property: "name",
    prefixProperty: "namePrefix",
    maxLength: 255,
    transform: (name) => name.toLowerCase(),
  },
  required: ["subnetIds"],
  sets: ["subnetIds"],
  defaults: () => ({ description: "Managed by Pulumi", namePrefix: "" }),
  computed: ["arn", "supportedNetworkTypes", "vpcId"],
  replaces: ["name", "namePrefix"],
  references: [subnetReference("subnetIds[*]")],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "DBSubnetGroupAlreadyExists",
        message: (name) => `The DB subnet group '${name}' already exists.`,
      },
    },
  ],
  quotas: [
    {
      key: "rds.subnetGroups",
      limit: 50,
      exceeded: {
        code: "DBSubnetGroupQuotaExceeded",
        message: () =>
          "The request would result in the user exceeding the allowed number of DB subnet groups.",
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  inUse: {
    code: "InvalidDBSubnetGroupStateFault",
    message: (name) =>
      `Cannot delete the subnet group '${name}' because at least one database instance is still using it.`,
  },
  async create(context) {
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("rds", `subgrp:${name}`);
    return {
      id: name,
      arn,
      outputs: { arn, supportedNetworkTypes: ["IPV4"], vpcId: await coveredVpc(context) },
    };
  },
  async update(context) {
    return { vpcId: await coveredVpc(context) };
  },
});

/** An engine's settings, shared by instances of one engine and version line. */
export const parameterGroup = defineResource({
  type: "aws:rds/parameterGroup:ParameterGroup",
  service: "RDS",
  operations: {
    create: "CreateDBParameterGroup",
    read: "DescribeDBParameterGroups",
    update: "ModifyDBParameterGroup",
    delete: "DeleteDBParameterGroup",
  },
  taggable: true,
  autoname: {
    property: "name",
    prefixProperty: "namePrefix",
    maxLength: 255,
    transform: (name) => name.toLowerCase(),
  },
  required: ["family"],
  check(inputs) {
    const family = inputs.string("family");
    return family === undefined ||
      /^(postgres1\d|mysql8\.\d|mariadb\d+\.\d+|aurora-(postgresql|mysql)[\d.]+)$/.test(family)
      ? []
      : [
          {
            property: "family",
            reason: `"${family}" is not a valid DB parameter group family, such as postgres17`,
          },
        ];
  },
  sets: ["parameters"],
  defaults: () => ({ description: "Managed by Pulumi", namePrefix: "", parameters: [], skipDestroy: false }),
  computed: ["arn"],
  replaces: ["name", "namePrefix", "family", "description"],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "DBParameterGroupAlreadyExists",
        message: (name) => `Parameter group ${name} already exists`,
      },
    },
  ],
  quotas: [
    {
      key: "rds.parameterGroups",
      limit: 50,
      exceeded: {
        code: "DBParameterGroupQuotaExceeded",
        message: () =>
          "The request would result in the user exceeding the allowed number of DB parameter groups.",
      },
    },
  ],
  latency: { create: 1, update: 2, delete: 1 },
  inUse: {
    code: "InvalidDBParameterGroupState",
    message: (name) =>
      `One or more database instances are still members of this parameter group ${name}, so the group cannot be deleted`,
  },
  create(context) {
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("rds", `pg:${name}`);
    return { id: name, arn, outputs: { arn } };
  },
});

async function coveredVpc(context: Context): Promise<string> {
  const zones = new Set<string>();
  const vpcs = new Set<string>();
  for (const id of context.inputs.strings("subnetIds")) {
    const subnet = await context.find("aws:ec2/subnet:Subnet", id);
    zones.add(asText(subnet?.state.availabilityZone));
    vpcs.add(asText(subnet?.state.vpcId));
  }
  if (vpcs.size > 1) {
    throw new AwsError("InvalidSubnet", `The DB subnets are in more than one VPC: ${[...vpcs].join(", ")}`);
  }
  if (zones.size < 2) {
    throw new AwsError(
      "DBSubnetGroupDoesNotCoverEnoughAZs",
      `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${[...zones].join(", ")}. Add subnets to cover at least 2 AZs.`,
    );
  }
  return [...vpcs][0] ?? "";
}
