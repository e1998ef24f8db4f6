import type { Reference, Refusal } from "../../framework";
import { roleReference, subnetReference } from "../references";

/** Pulumi type of a cluster. */
export const CLUSTER = "aws:eks/cluster:Cluster";

/** How EKS answers for a parameter it won't take. */
export function invalidParameter(message: (value: string) => string): Refusal {
  return { code: "InvalidParameterException", message };
}

/** How EKS refuses a second one. */
export function resourceInUse(message: Refusal["message"]): Refusal {
  return { code: "ResourceInUseException", message, status: 409 };
}

/** The input `clusterName`. */
export function clusterReference(onDelete: Reference["onDelete"]): Reference {
  return {
    property: "clusterName",
    to: [CLUSTER],
    missing: {
      code: "ResourceNotFoundException",
      message: (name) => `No cluster found for name: ${name}.`,
      status: 404,
    },
    onDelete,
  };
}

/** An input that names the role that EKS, its nodes or its pods take on. */
export function eksRoleReference(property: string): Reference {
  return roleReference(
    property,
    invalidParameter((arn) => `Role with arn: ${arn}, could not be assumed because it does not exist`),
  );
}

/** An input that names subnets of a cluster or a node group. */
export function eksSubnetReference(property: string): Reference {
  return {
    ...subnetReference(property),
    missing: invalidParameter((id) => `The subnet ID '${id}' does not exist`),
  };
}

/** Now, as EKS writes it. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
