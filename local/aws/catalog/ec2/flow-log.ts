import { defineResource } from "../../framework";
import { notFound, roleReference } from "../references";
import { VPC_REFERENCE, subnetReference } from "./shared";

/** A record of a network's accepted and rejected traffic. */
export const flowLog = defineResource({
  type: "aws:ec2/flowLog:FlowLog",
  service: "EC2",
  operations: {
    create: "CreateFlowLogs",
    read: "DescribeFlowLogs",
    delete: "DeleteFlowLogs",
    update: "CreateTags",
  },
  taggable: true,
  check(inputs) {
    const sources = ["vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId"];
    return sources.filter((name) => inputs.has(name)).length === 1
      ? []
      : [{ property: "vpcId", reason: `exactly one of ${sources.join(", ")} must be specified` }];
  },
  defaults: () => ({
    logDestinationType: "cloud-watch-logs",
    maxAggregationInterval: 600,
    logFormat:
      "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}",
  }),
  computed: ["arn"],
  replaces: [
    "vpcId",
    "subnetId",
    "eniId",
    "trafficType",
    "iamRoleArn",
    "logDestination",
    "logDestinationType",
    "logFormat",
    "maxAggregationInterval",
    "destinationOptions",
  ],
  references: [
    { ...VPC_REFERENCE, onDelete: "cascade" },
    { ...subnetReference("subnetId"), onDelete: "cascade" },
    roleReference(
      "iamRoleArn",
      notFound("InvalidParameter", (arn) => `Access Denied for role: ${arn}. The role does not exist`),
    ),
    {
      property: "logDestination",
      to: ["aws:cloudwatch/logGroup:LogGroup", "aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"],
      by: "arn",
      missing: notFound("InvalidParameter", (arn) => `LogDestination: ${arn} does not exist`),
      external: (arn) => arn.endsWith("/"),
      onDelete: "ignore",
    },
  ],
  latency: { create: 2, delete: 1 },
  create(context) {
    const id = `fl-${context.hex(17)}`;
    const arn = context.arn("ec2", `vpc-flow-log/${id}`);
    return { id, arn, outputs: { arn } };
  },
});
