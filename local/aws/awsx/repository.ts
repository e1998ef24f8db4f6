import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentDefinition } from "../components/serve";

interface Rule {
  readonly description?: string;
  readonly maximumNumberOfImages?: number;
  readonly maximumAgeLimit?: number;
  readonly tagStatus?: "any" | "untagged" | "tagged";
  readonly tagPrefixList?: string[];
}

interface RepositoryArgs extends aws.ecr.RepositoryArgs {
  readonly lifecyclePolicy?: { readonly skip?: boolean; readonly rules?: readonly Rule[] };
}

const UNTAGGED: Rule = {
  description: "remove untagged images",
  tagStatus: "untagged",
  maximumNumberOfImages: 1,
};

/** `awsx:ecr:Repository`. */
export const repositoryComponent: ComponentDefinition = {
  supports: [
    "encryptionConfigurations",
    "forceDelete",
    "imageScanningConfiguration",
    "imageTagMutability",
    "lifecyclePolicy",
    "name",
    "tags",
  ],
  construct(name, inputs, options) {
    const repository = new Repository(name, inputs, options);
    return { component: repository, outputs: repository.result };
  },
};

class Repository extends pulumi.ComponentResource {
  readonly result: pulumi.Inputs;

  constructor(
    name: string,
    { lifecyclePolicy: wanted, ...args }: RepositoryArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("awsx:ecr:Repository", name, {}, opts);
    const childName = name.toLowerCase();
    const repository = new aws.ecr.Repository(childName, args, { parent: this });
    const lifecyclePolicy = wanted?.skip
      ? undefined
      : new aws.ecr.LifecyclePolicy(
          childName,
          { repository: repository.name, policy: { rules: renderRules(wanted?.rules ?? [UNTAGGED]) } },
          { parent: this },
        );
    this.result = { repository, lifecyclePolicy, url: repository.repositoryUrl };
    this.registerOutputs({ repository, lifecyclePolicy });
  }
}

/** The rule for any image must come last, as ECR asks. */
function renderRules(rules: readonly Rule[]): aws.types.input.ecr.LifecyclePolicyDocument["rules"] {
  const isAny = ({ tagStatus = "any" }: Rule) => tagStatus === "any";
  return [...rules.filter((rule) => !isAny(rule)), ...rules.filter(isAny)].map((rule, index) => ({
    rulePriority: index + 1,
    description: rule.description,
    selection: {
      tagStatus: rule.tagStatus ?? "any",
      tagPrefixList: rule.tagPrefixList,
      ...(rule.maximumAgeLimit === undefined
        ? { countType: "imageCountMoreThan" as const, countNumber: rule.maximumNumberOfImages ?? 1 }
        : {
            countType: "sinceImagePushed" as const,
            countNumber: rule.maximumAgeLimit,
            countUnit: "days" as const,
          }),
    },
    action: { type: "expire" as const },
  }));
}
