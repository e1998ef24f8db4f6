import type { Reference, Refusal } from "../framework";

/** How a service answers for something that is not there. */
export function notFound(code: string, message: (value: string) => string, status = 400): Refusal {
  return { code, message, status };
}

/** The input `vpcId`. */
export const VPC_REFERENCE: Reference = {
  property: "vpcId",
  to: ["aws:ec2/vpc:Vpc"],
  missing: notFound("InvalidVpcID.NotFound", (id) => `The vpc ID '${id}' does not exist`),
};

/** An input that names subnets by id. */
export function subnetReference(property: string): Reference {
  return {
    property,
    to: ["aws:ec2/subnet:Subnet"],
    missing: notFound("InvalidSubnetID.NotFound", (id) => `The subnet ID '${id}' does not exist`),
  };
}

/** An input that names security groups by id. */
export function securityGroupReference(
  property: string,
  onDelete: Reference["onDelete"] = "refuse",
): Reference {
  return {
    property,
    to: ["aws:ec2/securityGroup:SecurityGroup"],
    missing: notFound("InvalidGroup.NotFound", (id) => `The security group '${id}' does not exist`),
    onDelete,
  };
}

/** An input that names a KMS key by id or ARN, or an alias. AWS's own keys (`alias/aws/…`) are there without being made. */
export function keyReference(property: string, missing: Refusal = KEY_MISSING): Reference {
  return {
    property,
    to: ["aws:kms/key:Key", "aws:kms/alias:Alias"],
    by: ["id", "arn"],
    missing,
    external: (value) =>
      value.startsWith("alias/aws/") || value.includes(":alias/aws/") || !value.match(KEY_SHAPE),
    onDelete: "ignore",
  };
}

/** An input that names an IAM role by ARN or name. AWS's service-linked roles are there without being made. */
export function roleReference(
  property: string,
  missing: Refusal,
  onDelete: Reference["onDelete"] = "ignore",
): Reference {
  return {
    property,
    to: ["aws:iam/role:Role"],
    by: ["arn", "name"],
    missing,
    external: (value) => value.includes(":role/aws-service-role/"),
    onDelete,
  };
}

const KEY_SHAPE = /^(arn:[^:]+:kms:|alias\/|mrk-|[0-9a-f]{8}-[0-9a-f]{4}-)/;

const KEY_MISSING: Refusal = {
  code: "NotFoundException",
  message: (value) => `Key '${value}' does not exist`,
};
