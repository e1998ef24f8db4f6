import { z } from "zod";
import type { Recognition, Recognize, Search } from "./engine";

type Inputs = Readonly<Record<string, unknown>>;

/**
 * Types whose id for an import the program knows, and the inputs that make it up.
 * Source: section Import of each type's page, https://www.pulumi.com/registry/packages/aws/api-docs/
 */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  "aws:cloudwatch/logGroup:LogGroup": ["name"],
  "aws:eks/accessEntry:AccessEntry": ["clusterName", "principalArn"],
  "aws:iam/role:Role": ["name"],
  "aws:rds/instance:Instance": ["identifier"],
  "aws:rds/parameterGroup:ParameterGroup": ["name"],
  "aws:rds/subnetGroup:SubnetGroup": ["name"],
};

/** How AWS is asked for what only it knows the id of, and the inputs besides the tags that tell one from another. */
interface Searched {
  search(tags: Readonly<Record<string, string>>, inputs: Inputs): Search;
  readonly alike: readonly string[];
}

const RULE: Searched = {
  search: (tags, { securityGroupId }) => ({
    token: "aws:vpc/getSecurityGroupRules:getSecurityGroupRules",
    args: { tags, filters: [{ name: "group-id", values: [securityGroupId] }] },
    idsOf: (answer) => ruleIds.parse(answer).ids,
  }),
  alike: ["securityGroupId", "referencedSecurityGroupId", "ipProtocol", "fromPort", "toPort"],
};

/** Types of which AWS makes as many as it is asked for. They are found by their tags. */
const SEARCHED: Readonly<Record<string, Searched>> = {
  "aws:ec2/securityGroup:SecurityGroup": {
    search: taggedAs("ec2:security-group"),
    alike: ["description", "vpcId"],
  },
  "aws:kms/key:Key": { search: taggedAs("kms:key"), alike: ["description"] },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": RULE,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": RULE,
};

const ruleIds = z.object({ ids: z.array(z.string()) });
const tagged = z.object({ resourceTagMappingLists: z.array(z.object({ resourceArn: z.string() })) });

/** What a type is called where resources are asked for by their tags: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
function taggedAs(type: string): Searched["search"] {
  return (tags) => ({
    token: "aws:resourcegroupstaggingapi/getResources:getResources",
    args: {
      resourceTypeFilters: [type],
      tagFilters: Object.entries(tags).map(([key, value]) => ({ key, values: [value] })),
    },
    // An ARN ends in `key/<id>` or `security-group/<id>`.
    idsOf: (answer) =>
      tagged.parse(answer).resourceTagMappingLists.map(({ resourceArn }) => resourceArn.replace(/^.*\//, "")),
  });
}

const POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** EKS keeps one association of a service account, and names it to who asks for a second one. */
const ASSOCIATION_THERE = /Association already exists: (a-[a-z0-9]+)/;

/** Types that go with another resource of the stack, which is in the state before them, and that AWS takes twice. */
const PARTS = new Set([
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
]);

const marks = z.record(z.string(), z.unknown()).catch({});
const metadata = z.object({ name: z.string(), namespace: z.string().optional(), labels: marks.default({}) });

/** How it is told whether a creation that was killed took place: by the name that a tenant's resource has, and its tags. */
export const recognizeTenantResource: Recognize = ({ type, inputs, refusal }) => {
  if (PARTS.has(type)) return "part";
  if (type.startsWith("kubernetes:")) return kubernetesObject(inputs);
  if (type === "aws:kms/alias:Alias") return alias(inputs);
  const tags = tagsOf(inputs);
  // Without a tag nothing would tell it from a stranger's.
  if (Object.keys(tags).length === 0) return undefined;
  const searched = SEARCHED[type];
  const id = searched?.search(tags, inputs) ?? nameOf(type, inputs, refusal);
  if (id === undefined) return undefined;
  return {
    id,
    isOurs: (read) =>
      carries({ ...marks.parse(read.outputs["tagsAll"]), ...marks.parse(read.inputs["tags"]) }, tags) &&
      (searched?.alike ?? []).every((name) => read.inputs[name] === inputs[name]),
  };
};

/** The id for an import that the program knows, or that AWS told it as it refused; undefined where there is none. */
function nameOf(type: string, inputs: Inputs, refusal = ""): string | undefined {
  if (type === POD_IDENTITY) {
    const [, association] = ASSOCIATION_THERE.exec(refusal) ?? [];
    return association === undefined ? undefined : `${String(inputs["clusterName"])},${association}`;
  }
  const parts = NAMED[type]?.map((name) => inputs[name]);
  return parts?.every((part) => typeof part === "string") === true ? parts.join(":") : undefined;
}

/** A resource's tags, without Pulumi's own notes among them, whose keys begin with `__`. */
function tagsOf(inputs: Inputs): Record<string, string> {
  const found = Object.entries(marks.parse(inputs["tags"]));
  return Object.fromEntries(
    found.flatMap(([key, value]) =>
      typeof value === "string" && !key.startsWith("__") ? [[key, value]] : [],
    ),
  );
}

/** An alias has no tags; it is ours where it is of the tenant's key. */
function alias({ name, targetKeyId }: Inputs): Recognition | undefined {
  if (typeof name !== "string" || typeof targetKeyId !== "string") return undefined;
  return { id: name, isOurs: ({ inputs }) => inputs["targetKeyId"] === targetKeyId };
}

function kubernetesObject(inputs: Inputs): ReturnType<Recognize> {
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

/** Whether marks have all of those asked for. */
function carries(found: Inputs, wanted: Inputs): boolean {
  return Object.entries(wanted).every(([key, value]) => found[key] === value);
}
