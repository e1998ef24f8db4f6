import { AwsError, defineResource, type Catalog, type Context } from "../framework";
import { subnetReference } from "./references";

const group = defineResource({
  type: "aws:autoscaling/group:Group",
  service: "Auto Scaling",
  operations: {
    create: "CreateAutoScalingGroup",
    read: "DescribeAutoScalingGroups",
    update: "UpdateAutoScalingGroup",
    delete: "DeleteAutoScalingGroup",
  },
  autoname: { property: "name", prefixProperty: "namePrefix", maxLength: 255 },
  required: ["maxSize", "minSize"],
  defaults: () => ({
    capacityRebalance: false,
    defaultCooldown: 300,
    forceDelete: false,
    healthCheckGracePeriod: 300,
    healthCheckType: "EC2",
    namePrefix: "",
    protectFromScaleIn: false,
  }),
  computed: ["arn", "desiredCapacity", "serviceLinkedRoleArn"],
  replaces: ["name", "namePrefix"],
  sets: ["tags", "vpcZoneIdentifiers", "targetGroupArns"],
  references: [
    subnetReference("vpcZoneIdentifiers[*]"),
    {
      property: "launchTemplate.id",
      to: ["aws:ec2/launchTemplate:LaunchTemplate"],
      missing: {
        code: "ValidationError",
        message: (id) =>
          `You must use a valid fully-formed launch template. The specified launch template, with template ID ${id}, does not exist.`,
      },
      onDelete: "ignore",
    },
  ],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "AlreadyExists",
        message: (name) => `AutoScalingGroup by this name already exists: ${name}`,
      },
    },
  ],
  quotas: [
    {
      key: "autoscaling.groups",
      limit: 500,
      exceeded: {
        code: "LimitExceeded",
        message: (limit) => `You have already reached the limit of ${limit} Auto Scaling groups.`,
      },
    },
  ],
  latency: { create: 30, update: 5, delete: 60 },
  create(context) {
    refuseSizes(context);
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("autoscaling", `autoScalingGroup:${context.uuid()}:autoScalingGroupName/${name}`);
    return {
      id: name,
      arn,
      outputs: {
        arn,
        desiredCapacity: context.inputs.number("minSize") ?? 0,
        serviceLinkedRoleArn: context.arn(
          "iam",
          "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
          { region: "" },
        ),
      },
    };
  },
  update(context) {
    refuseSizes(context);
    return {};
  },
});

/** Auto Scaling: groups without instances. Managed node groups have real nodes instead (see `eks/`). */
export const autoscaling: Catalog = { resources: [group] };

function refuseSizes({ inputs }: Context): void {
  const min = inputs.number("minSize") ?? 0;
  const max = inputs.number("maxSize") ?? 0;
  const desired = inputs.number("desiredCapacity") ?? min;
  if (min > max)
    throw new AwsError("ValidationError", "Max bound, must be greater than or equal to min bound");
  if (desired < min || desired > max) {
    throw new AwsError(
      "ValidationError",
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
  }
}
