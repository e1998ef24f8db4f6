import { parseIpv4Block, type CheckFailure, type Properties, type Refusal } from "../../framework";

export { VPC_REFERENCE, securityGroupReference, subnetReference } from "../references";

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

/** Refuses an input that is no IPv4 block. */
export function checkCidr(inputs: Properties, property: string): CheckFailure[] {
  const cidr = inputs.string(property);
  return cidr === undefined || parseIpv4Block(cidr) !== undefined
    ? []
    : [{ property, reason: `"${cidr}" is not a valid IPv4 CIDR block; expected one such as 10.0.0.0/16` }];
}
