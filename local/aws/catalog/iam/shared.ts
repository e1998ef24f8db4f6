import { AwsError, type CheckFailure, type Properties, type Reference, type Refusal } from "../../framework";
import { isAwsManagedPolicy } from "./managed-policies";

/** How IAM answers for a name that another entity of the type has. */
export function alreadyExists(what: string): Refusal {
  return {
    code: "EntityAlreadyExists",
    message: (name) => `${what} with name ${name} already exists.`,
    status: 409,
  };
}

/** How IAM refuses one entity too many, or one that is too big. */
export function limitExceeded(quota: string): Refusal {
  return {
    code: "LimitExceeded",
    message: (limit) => `Cannot exceed quota for ${quota}: ${limit}`,
    status: 409,
  };
}

/** How IAM refuses to delete an entity that something else hangs on. */
export function deleteConflict(message: string): AwsError {
  return new AwsError("DeleteConflict", message, 409);
}

/** An input that names a managed policy by ARN: one of the account's own, or one that AWS keeps. */
export function policyReference(property: string): Reference {
  return {
    property,
    to: ["aws:iam/policy:Policy"],
    by: "arn",
    missing: {
      code: "NoSuchEntity",
      message: (arn) => `Policy ${arn} does not exist or is not attachable.`,
      status: 404,
    },
    external: isAwsManagedPolicy,
  };
}

/** An input that names a role by name. */
export function roleNameReference(property: string, onDelete: Reference["onDelete"]): Reference {
  return {
    property,
    to: ["aws:iam/role:Role"],
    missing: {
      code: "NoSuchEntity",
      message: (name) => `The role with name ${name} cannot be found.`,
      status: 404,
    },
    onDelete,
  };
}

/** Refuses a name that IAM would: letters, digits and `+=,.@_-`, up to a length. */
export function checkName(inputs: Properties, maxLength: number): CheckFailure[] {
  const name = inputs.string("name");
  if (name === undefined) return [];
  if (name.length > maxLength) {
    return [
      { property: "name", reason: `"${name}" has ${name.length} characters; expected at most ${maxLength}` },
    ];
  }
  return /^[\w+=,.@-]+$/.test(name)
    ? []
    : [{ property: "name", reason: `"${name}" may hold only letters, digits and + = , . @ _ -` }];
}

/** Refuses a path that does not begin and end with a slash. */
export function checkPath(inputs: Properties): CheckFailure[] {
  const path = inputs.string("path");
  return path === undefined || /^\/([\x21-\x7e]+\/)?$/.test(path)
    ? []
    : [{ property: "path", reason: `"${path}" must begin and end with /` }];
}
