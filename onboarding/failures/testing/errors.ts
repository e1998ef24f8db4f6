import { ProgramError, ResourceFailedError, type ResourceFailure } from "../../../tenants/engine";

function urnOf(type: string, name: string): string {
  return `urn:pulumi:acme::tenants::${type}::${name}`;
}

/** AWS's answer to a call, as the provider passes it on. */
export function awsError(
  type: string,
  call: string,
  code: string,
  message: string,
  tries = "",
): ResourceFailure {
  const reason = `creating ${type} (acme-x): operation error ${call}, ${tries}https response error StatusCode: 400, api error ${code}: ${message}`;
  return { urn: urnOf(type, "acme-x"), type, name: "acme-x", operation: "create", reason };
}

export const QUOTA = awsError(
  "aws:rds/instance:Instance",
  "RDS: CreateDBInstance",
  "InstanceQuotaExceeded",
  "The request would result in the user exceeding the allowed number of DB instances.",
);
export const THROTTLED = awsError(
  "aws:rds/instance:Instance",
  "RDS: CreateDBInstance",
  "ThrottlingException",
  "Rate exceeded",
  "exceeded maximum number of attempts, 26, ",
);
export const TAKEN = awsError(
  "aws:iam/role:Role",
  "IAM: CreateRole",
  "EntityAlreadyExists",
  "Role with name tenantry-local-t-acme already exists.",
);
/** What was under way when another resource failed. */
export const CAUGHT_UP: ResourceFailure = {
  urn: urnOf("kubernetes:apps/v1:Deployment", "acme-gateway"),
  type: "kubernetes:apps/v1:Deployment",
  name: "acme-gateway",
  operation: "create",
  reason: "failed to run remediation: context canceled",
};

export function kubernetes(reason: string): ResourceFailure {
  const type = "kubernetes:core/v1:Namespace";
  return { urn: urnOf(type, "acme-namespace"), type, name: "acme-namespace", operation: "create", reason };
}

export function resources(...failures: ResourceFailure[]): ResourceFailedError {
  return new ResourceFailedError(failures);
}

export function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** What one of AWS's own clients throws. */
export function answered(code: string, message: string): Error {
  return Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: 400 } });
}

/** An error of the tenant's program, by its name. */
export function program(name: string, message: string): ProgramError {
  return new ProgramError([Object.assign(new Error(message), { name })]);
}
