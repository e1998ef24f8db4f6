import { AwsError, defineResource, isMap, parseJson, Properties, type Catalog } from "../framework";
import { keyReference } from "./references";

const REPOSITORY = "aws:ecr/repository:Repository";

const repository = defineResource({
  type: REPOSITORY,
  service: "ECR",
  operations: {
    create: "CreateRepository",
    read: "DescribeRepositories",
    update: "PutImageTagMutability",
    delete: "DeleteRepository",
  },
  taggable: true,
  autoname: { property: "name", maxLength: 256, transform: (name) => name.toLowerCase() },
  check(inputs) {
    const name = inputs.string("name");
    const mutability = inputs.string("imageTagMutability");
    return [
      ...(name === undefined || /^(?=.{2,256}$)[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(name)
        ? []
        : [
            {
              property: "name",
              reason: `"${name}" must be 2 to 256 lower-case letters and digits, parted by . _ - /`,
            },
          ]),
      ...(mutability === undefined || /^(IM)?MUTABLE(_WITH_EXCLUSION)?$/.test(mutability)
        ? []
        : [{ property: "imageTagMutability", reason: `"${mutability}" is not one of MUTABLE, IMMUTABLE` }]),
    ];
  },
  defaults: () => ({
    encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
    forceDelete: false,
    imageTagMutability: "MUTABLE",
  }),
  computed: ["arn", "registryId", "repositoryUrl"],
  replaces: ["name", "encryptionConfigurations"],
  references: [keyReference("encryptionConfigurations[*].kmsKey")],
  unique: [
    {
      key: (context) => context.inputs.string("name"),
      taken: {
        code: "RepositoryAlreadyExistsException",
        message: (name) => `The repository with name '${name}' already exists in the registry`,
      },
    },
  ],
  quotas: [
    {
      key: "ecr.repositories",
      limit: 100_000,
      exceeded: {
        code: "LimitExceededException",
        message: (limit) => `You have reached the limit of ${limit} repositories.`,
      },
    },
  ],
  latency: { create: 1, update: 1, delete: 1 },
  create(context) {
    const name = context.inputs.stringOr("name", "");
    const arn = context.arn("ecr", `repository/${name}`);
    const domain = context.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    return {
      id: name,
      arn,
      outputs: {
        arn,
        registryId: context.accountId,
        repositoryUrl: `${context.accountId}.dkr.ecr.${context.region}.${domain}/${name}`,
      },
    };
  },
});

const lifecyclePolicy = defineResource({
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  service: "ECR",
  operations: {
    create: "PutLifecyclePolicy",
    read: "GetLifecyclePolicy",
    delete: "DeleteLifecyclePolicy",
  },
  required: ["policy", "repository"],
  json: ["policy"],
  computed: ["registryId"],
  replaces: ["policy", "repository"],
  deleteBeforeReplace: true,
  references: [
    {
      property: "repository",
      to: [REPOSITORY],
      missing: {
        code: "RepositoryNotFoundException",
        message: (name) => `The repository with name '${name}' does not exist in the registry`,
      },
      onDelete: "cascade",
    },
  ],
  latency: { create: 1, delete: 1 },
  create(context) {
    refuseRules(context.inputs.stringOr("policy", ""));
    const id = context.inputs.stringOr("repository", "");
    return { id, arn: "", outputs: { registryId: context.accountId } };
  },
});

/** Elastic Container Registry: repositories without images. */
export const ecr: Catalog = { resources: [lifecyclePolicy, repository] };

/** A rule for any image must be the last one, and there is one rule a priority. */
function refuseRules(text: string): void {
  const document = parseJson(text);
  const rules = new Properties(isMap(document) ? document : {}).maps("rules");
  if (rules.length === 0) throw invalid("it has no rules");
  const priorities = rules.map((rule) => rule.number("rulePriority"));
  if (new Set(priorities).size < priorities.length) throw invalid("two rules have the same rulePriority");
  const last = Math.max(...priorities.map((priority) => priority ?? 0));
  const early = rules.find(
    (rule) => rule.string("selection.tagStatus") === "any" && rule.number("rulePriority") !== last,
  );
  if (early !== undefined) throw invalid('the rule with tagStatus "any" must have the highest rulePriority');
}

function invalid(reason: string): AwsError {
  return new AwsError(
    "InvalidParameterException",
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}'`,
  );
}
