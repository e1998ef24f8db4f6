import { z } from "zod";
import type { Recognition, Recognize } from "./engine";

/**
 * Types whose id for an import is a name of the program's choosing, and the input that has it. A key, a security group and a
 * Pod Identity association get an id that only AWS knows.
 * Source: section Import of each type's page, https://www.pulumi.com/registry/packages/aws/api-docs/
 */
const NAMED: Readonly<Record<string, string>> = {
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:iam/role:Role": "name",
  "aws:rds/instance:Instance": "identifier",
  "aws:rds/parameterGroup:ParameterGroup": "name",
  "aws:rds/subnetGroup:SubnetGroup": "name",
};

/** Types that go with another resource of the stack, which is in the state before them, and that AWS takes twice. */
const PARTS = new Set([
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
]);

const marks = z.record(z.string(), z.unknown()).catch({});
const metadata = z.object({ name: z.string(), namespace: z.string().optional(), labels: marks.default({}) });

/** How it is told whether a creation that was killed took place: by the name that a tenant's resource has, and its tags. */
export const recognizeTenantResource: Recognize = ({ type, inputs }) => {
  if (PARTS.has(type)) return "part";
  if (type.startsWith("kubernetes:")) return kubernetesObject(inputs);
  if (type === "aws:kms/alias:Alias") return alias(inputs);
  const id = inputs[NAMED[type] ?? ""];
  const tags = marks.parse(inputs["tags"]);
  // Without a tag nothing would tell it from a stranger's.
  if (typeof id !== "string" || Object.keys(tags).length === 0) return undefined;
  return {
    id,
    isOurs: (read) =>
      carries({ ...marks.parse(read.outputs["tagsAll"]), ...marks.parse(read.inputs["tags"]) }, tags),
  };
};

/** An alias has no tags; it is ours where it is of the tenant's key. */
function alias({ name, targetKeyId }: Readonly<Record<string, unknown>>): Recognition | undefined {
  if (typeof name !== "string" || typeof targetKeyId !== "string") return undefined;
  return { id: name, isOurs: ({ inputs }) => inputs["targetKeyId"] === targetKeyId };
}

function kubernetesObject(inputs: Readonly<Record<string, unknown>>): ReturnType<Recognize> {
  const parsed = metadata.safeParse(inputs["metadata"]);
  if (!parsed.success) return undefined;
  // A tenant's namespace is its own, and takes with it whatever is in it; what is there is applied again.
  if (parsed.data.namespace !== undefined) return "part";
  const { name, labels } = parsed.data;
  if (Object.keys(labels).length === 0) return undefined;
  return {
    id: name,
    isOurs: (read) => {
      const found = metadata.safeParse(read.inputs["metadata"]);
      return found.success && carries(found.data.labels, labels);
    },
  };
}

/** Whether marks have all of those asked for. Keys that begin with `__` are Pulumi's own notes. */
function carries(
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(wanted).every(([key, value]) => key.startsWith("__") || found[key] === value);
}
