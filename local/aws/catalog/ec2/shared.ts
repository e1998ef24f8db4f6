import type { PropertyMap, Reference, Refusal } from "../../framework";

/** How EC2 refuses to delete what others use. */
export function dependencyViolation(what: string): Refusal {
  return {
    code: "DependencyViolation",
    message: (id) => `The ${what} '${id}' has dependencies and cannot be deleted.`,
  };
}

/** How EC2 answers for an id that nothing has. */
export function notFound(code: string, what: string): Refusal {
  return { code, message: (id) => `The ${what} '${id}' does not exist` };
}

/** The input `vpcId`. */
export const VPC_REFERENCE: Reference = {
  property: "vpcId",
  to: ["aws:ec2/vpc:Vpc"],
  missing: notFound("InvalidVpcID.NotFound", "vpc ID"),
};

/** An input that names subnets by id. */
export function subnetReference(property: string): Reference {
  return {
    property,
    to: ["aws:ec2/subnet:Subnet"],
    missing: notFound("InvalidSubnetID.NotFound", "subnet ID"),
  };
}

/** An input that names security groups by id. */
export function securityGroupReference(
  property: string,
  onDelete: Reference["onDelete"] = "refuse",
): Reference {
  return {
    property,
    to: ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"],
    missing: notFound("InvalidGroup.NotFound", "security group"),
    onDelete,
  };
}

/** Tags as a `tags` output: empty rather than absent. */
export function nameTag(tags: PropertyMap): string | undefined {
  return typeof tags.Name === "string" ? tags.Name : undefined;
}
