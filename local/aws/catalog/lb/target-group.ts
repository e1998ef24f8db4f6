import { defineResource, type Properties } from "../../framework";
import { VPC_REFERENCE } from "../references";
import { checkName, TARGET_GROUP } from "./shared";

const TARGET_TYPES: readonly string[] = ["instance", "ip", "lambda", "alb"];

/** Where a load balancer sends requests. */
export const targetGroup = defineResource({
  type: TARGET_GROUP,
  service: "Elastic Load Balancing v2",
  operations: {
    create: "CreateTargetGroup",
    read: "DescribeTargetGroups",
    update: "ModifyTargetGroupAttributes",
    delete: "DeleteTargetGroup",
  },
  taggable: true,
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 32 },
  check(inputs) {
    const type = inputs.string("targetType");
    return [
      ...checkName(inputs),
      ...(type === undefined || TARGET_TYPES.includes(type)
        ? []
        : [{ property: "targetType", reason: `"${type}" is not one of ${TARGET_TYPES.join(", ")}` }]),
      ...(isLambda(inputs)
        ? []
        : ["port", "protocol", "vpcId"]
            .filter((property) => !inputs.has(property))
            .map((property) => ({
              property,
              reason: `must be set when target type is ${type ?? "instance"}`,
            }))),
    ];
  },
  defaults: (inputs) => ({
    connectionTermination: false,
    deregistrationDelay: 300,
    ipAddressType: "ipv4",
    lambdaMultiValueHeadersEnabled: false,
    loadBalancingAlgorithmType: "round_robin",
    loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
    namePrefix: "",
    proxyProtocolV2: false,
    slowStart: 0,
    targetType: "instance",
    ...(isLambda(inputs) ? {} : { protocolVersion: "HTTP1" }),
  }),
  computed: [
    "arn",
    "arnSuffix",
    "healthCheck.enabled",
    "healthCheck.healthyThreshold",
    "healthCheck.interval",
    "healthCheck.matcher",
    "healthCheck.path",
    "healthCheck.port",
    "healthCheck.protocol",
    "healthCheck.timeout",
    "healthCheck.unhealthyThreshold",
    "loadBalancerArns",
  ],
  replaces: [
    "ipAddressType",
    "name",
    "namePrefix",
    "port",
    "protocol",
    "protocolVersion",
    "targetType",
    "vpcId",
  ],
  references: [VPC_REFERENCE],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "DuplicateTargetGroupName",
        message: (name) => `A target group with the same name '${name}' exists, but with different settings`,
      },
    },
  ],
  quotas: [
    {
      key: "elb.targetGroups",
      limit: 3_000,
      exceeded: {
        code: "TooManyTargetGroups",
        message: (limit) => `The maximum number of target groups has been reached: ${limit}`,
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  inUse: {
    code: "ResourceInUse",
    message: (arn) => `Target group '${arn}' is currently in use by a listener or a rule`,
  },
  create(context) {
    const arnSuffix = `targetgroup/${context.inputs.stringOr("name", "")}/${context.hex(16)}`;
    const arn = context.arn("elasticloadbalancing", arnSuffix);
    return {
      id: arn,
      arn,
      outputs: {
        arn,
        arnSuffix,
        loadBalancerArns: [],
        healthCheck: {
          enabled: true,
          healthyThreshold: 3,
          interval: 30,
          matcher: "200",
          path: "/",
          port: "traffic-port",
          protocol: "HTTP",
          timeout: 5,
          unhealthyThreshold: 3,
        },
      },
    };
  },
});

function isLambda(inputs: Properties): boolean {
  return inputs.string("targetType") === "lambda" || inputs.isUnknown("targetType");
}
