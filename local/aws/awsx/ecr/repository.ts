import { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import { Repository as AwsRepository } from "@pulumi/aws/ecr/repository";
import type { types } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Arguments } from "../../components/arguments";
import type { ComponentDefinition, Constructed } from "../../components/serve";

type LifecyclePolicyRule = types.input.ecr.LifecyclePolicyRule;

const TYPE = "awsx:ecr:Repository";
const SUPPORTED = [
  "encryptionConfigurations",
  "forceDelete",
  "imageScanningConfiguration",
  "imageTagMutability",
  "lifecyclePolicy",
  "name",
  "region",
  "tags",
];
const RULE = [
  "description",
  "maximumAgeLimit",
  "maximumNumberOfImages",
  "tagPatternList",
  "tagPrefixList",
  "tagStatus",
];

/** `awsx:ecr:Repository`. */
export const repositoryComponent: ComponentDefinition = { supports: SUPPORTED, construct };

function construct(
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Constructed {
  const args = new Arguments({ type: TYPE, names: SUPPORTED }, inputs);
  const component = new Repository(name, options);
  const lowerCaseName = name.toLowerCase();
  const parent = { parent: component };
  const repository = new AwsRepository(
    lowerCaseName,
    {
      encryptionConfigurations: args.input("encryptionConfigurations"),
      forceDelete: args.input("forceDelete"),
      imageScanningConfiguration: args.input("imageScanningConfiguration"),
      imageTagMutability: args.input("imageTagMutability"),
      name: args.input("name"),
      region: args.input("region"),
      tags: args.input("tags"),
    },
    parent,
  );
  const lifecycle = args.nested("lifecyclePolicy", ["rules", "skip"]);
  const lifecyclePolicy =
    lifecycle?.flag("skip") === true
      ? undefined
      : new LifecyclePolicy(
          lowerCaseName,
          {
            repository: repository.name,
            policy: { rules: lifecycleRules(lifecycle?.each("rules", RULE)) },
            region: args.input("region"),
          },
          parent,
        );
  component.finish({ repository, lifecyclePolicy });
  return { component, outputs: { repository, lifecyclePolicy, url: repository.repositoryUrl } };
}

class Repository extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions) {
    super(TYPE, name, {}, options);
  }

  finish(outputs: pulumi.Inputs): void {
    this.registerOutputs(outputs);
  }
}

/** Rules as ECR writes them; the one for any tag must come last. */
function lifecycleRules(given: readonly Arguments[] | undefined): LifecyclePolicyRule[] {
  if (given === undefined || given.length === 0) {
    return [
      {
        rulePriority: 1,
        description: "remove untagged images",
        selection: { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 },
        action: { type: "expire" },
      },
    ];
  }
  const forAny = given.filter((rule) => rule.text("tagStatus") === "any");
  if (forAny.length > 1) throw new Error(`At most one [selection] can have [tagStatus] set to "any".`);
  const others = given.filter((rule) => !forAny.includes(rule));
  return [...others, ...forAny].map((rule, index) => lifecycleRule(rule, index + 1));
}

function lifecycleRule(rule: Arguments, rulePriority: number): LifecyclePolicyRule {
  const days = rule.number("maximumAgeLimit");
  const images = rule.number("maximumNumberOfImages");
  if ((days === undefined) === (images === undefined))
    throw new Error("Exactly one of [maximumNumberOfImages] and [maximumAgeLimit] must be provided");
  const description = rule.text("description");
  return {
    rulePriority,
    ...(description === undefined ? {} : { description }),
    selection: {
      tagStatus: rule.input<string>("tagStatus") ?? rule.refuse("tagStatus", "is missing"),
      ...rule.inputs(["tagPrefixList", "tagPatternList"]),
      ...(days === undefined
        ? { countType: "imageCountMoreThan", countNumber: images ?? 0 }
        : { countType: "sinceImagePushed", countNumber: days, countUnit: "days" }),
    },
    action: { type: "expire" },
  };
}
