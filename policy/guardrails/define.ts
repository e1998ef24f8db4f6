import type {
  EnforcementLevel,
  PolicyConfigSchema,
  PolicyResource,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { ownerOf, type Owner } from "./context";
import type { Properties } from "./properties";

/** What every policy says of itself. */
export interface PolicyInfo {
  /** Its id, unique in the pack; kebab case. */
  readonly name: string;
  /** What must hold, as one sentence. */
  readonly description: string;
  readonly severity: Severity;
  /** `mandatory` stops the update, `advisory` only tells. Default: `mandatory`. */
  readonly enforcementLevel?: EnforcementLevel;
  /** How to mend a violation. */
  readonly remediationSteps: string;
  /** Where the rule comes from: a vendor's page or a control's id. */
  readonly url?: string;
  readonly configSchema?: PolicyConfigSchema;
}

/** One resource under judgement. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Properties;
  readonly owner: Owner;
  /** The policy's own configuration, as its schema describes it. */
  readonly config: Properties;
}

/** One resource among all of its stack. */
export interface StackSubject extends Subject {
  /** By each input, the URNs of the resources of the stack that its value is made of. */
  readonly madeOf: Readonly<Record<string, readonly string[]>>;
}

/** A policy over single resources. `check` yields a message for each violation. */
export interface ResourceRule extends PolicyInfo {
  /** The type tokens it judges, or a predicate over them. Tokens keep the pack from loading any provider's SDK. */
  readonly types: readonly string[] | ((type: string) => boolean);
  readonly check: (subject: Subject) => Iterable<string>;
}

/** A policy over a stack's resources taken together. `check` yields violations with the resource they belong to. */
export interface StackRule extends PolicyInfo {
  readonly check: (resources: readonly StackSubject[]) => Iterable<{ message: string; urn?: string }>;
}

/** Makes the policy SDK's own value of a rule over single resources. */
export function resourcePolicy({ types, check, ...info }: ResourceRule): ResourceValidationPolicy {
  const judges = typeof types === "function" ? types : (type: string) => types.includes(type);
  return {
    ...withDefaults(info),
    validateResource: (args, report) => {
      if (!judges(args.type)) return;
      const subject = {
        type: args.type,
        name: args.name,
        urn: args.urn,
        props: args.props,
        owner: ownerOf(args.urn),
        config: args.getConfig<Record<string, unknown>>(),
      };
      for (const message of check(subject)) report(message);
    },
  };
}

/** Makes the policy SDK's own value of a rule over a whole stack. */
export function stackPolicy({ check, ...info }: StackRule): StackValidationPolicy {
  return {
    ...withDefaults(info),
    validateStack: (args, report) => {
      const config = args.getConfig<Record<string, unknown>>();
      const subjects = args.resources.map((resource: PolicyResource): StackSubject => ({
        type: resource.type,
        name: resource.name,
        urn: resource.urn,
        props: resource.props,
        owner: ownerOf(resource.urn),
        config,
        madeOf: Object.fromEntries(
          Object.entries(resource.propertyDependencies).map(([key, parts]) => [
            key,
            parts.map((part) => part.urn),
          ]),
        ),
      }));
      for (const { message, urn } of check(subjects)) report(message, urn);
    },
  };
}

function withDefaults(info: PolicyInfo): PolicyInfo {
  return { enforcementLevel: "mandatory", ...info };
}
