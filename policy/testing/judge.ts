import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { PLATFORM_PROJECT, TENANTS_PROJECT } from "../../components/rules/projects";

/** A resource to be judged in a test. */
export interface TestResource {
  /** Type token, for example `aws:kms/key:Key`. */
  readonly type: string;
  readonly props: Record<string, unknown>;
  /** The name in the program. Default: `subject`. */
  readonly name?: string;
  /** By each input, the names of the resources that its value is made of; looked at by stack policies only. */
  readonly madeOf?: Readonly<Record<string, readonly string[]>>;
}

/** The stack a test's resources belong to. Default: the tenant `acme`. */
export interface TestStack {
  readonly project: string;
  readonly stack: string;
}

/** The stack of the tenant `acme`. */
export const TENANT_STACK: TestStack = { project: TENANTS_PROJECT, stack: "acme" };

/** The stack of the cell `local`. */
export const CELL_STACK: TestStack = { project: PLATFORM_PROJECT, stack: "local" };

const OPTIONS = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs: [],
};

function withIdentity({ type, props, name = "subject" }: TestResource, { project, stack }: TestStack) {
  return { type, props, name, urn: `urn:pulumi:${stack}::${project}::${type}::${name}` };
}

/**
 * Runs one policy over one resource, as the engine would, with the policy's default configuration.
 *
 * @returns the violations' messages; empty where the resource complies
 */
export async function judge(
  policy: ResourceValidationPolicy,
  resource: TestResource,
  stack: TestStack = TENANT_STACK,
  config: Record<string, unknown> = {},
): Promise<string[]> {
  const messages: string[] = [];
  const args: ResourceValidationArgs = {
    ...withIdentity(resource, stack),
    opts: OPTIONS,
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: <T extends object>() => config as T,
    notApplicable: (reason) => {
      throw new Error(reason);
    },
  };
  for (const validate of [policy.validateResource ?? []].flat()) {
    await validate(args, (message) => void messages.push(message));
  }
  return messages;
}

/** Runs one stack policy over resources that make a whole stack; the violations' messages. */
export async function judgeStack(
  policy: StackValidationPolicy,
  resources: readonly TestResource[],
  stack: TestStack = TENANT_STACK,
): Promise<string[]> {
  const messages: string[] = [];
  const judged = resources.map((resource): PolicyResource => ({
    ...withIdentity(resource, stack),
    opts: OPTIONS,
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  }));
  judged.forEach((subject, index) => {
    for (const [input, names] of Object.entries(resources[index]?.madeOf ?? {})) {
      subject.propertyDependencies[input] = judged.filter(({ name }) => names.includes(name));
    }
  });
  await policy.validateStack(
    {
      resources: judged,
      stackTags: new Map(),
      getConfig: <T extends object>() => ({}) as T,
      notApplicable: (reason) => {
        throw new Error(reason);
      },
    },
    (message) => void messages.push(message),
  );
  return messages;
}

/** A copy of a fixture in which some properties are not known yet, as in a preview: reading them throws. */
export function withUnknown<T extends object>(fixture: T, ...paths: readonly string[]): T {
  const copy = structuredClone(fixture);
  for (const path of paths) {
    const steps = path.split(".");
    const last = steps.pop() ?? "";
    Object.defineProperty(ownerOf(copy, steps, path), last, {
      enumerable: true,
      get: () => {
        throw new Error(`value at .${path} can't be known during preview`);
      },
    });
  }
  return copy;
}

/**
 * A copy of a fixture with one property set to another value; undefined removes it.
 *
 * @param path the property: dotted, or a list of steps where a key holds dots itself
 */
export function mutate<T extends object>(fixture: T, path: string | readonly string[], value: unknown): T {
  const copy = structuredClone(fixture);
  const steps = typeof path === "string" ? path.split(".") : [...path];
  const last = steps.pop() ?? "";
  const owner = ownerOf(copy, steps, path.toString());
  if (value === undefined) Reflect.deleteProperty(owner, last);
  else Reflect.set(owner, last, value);
  return copy;
}

function ownerOf(fixture: object, steps: readonly string[], path: string): object {
  return steps.reduce<object>((here, step) => {
    const next: unknown = Reflect.get(here, step);
    if (typeof next !== "object" || next === null) throw new Error(`${path}: no object at '${step}'`);
    return next;
  }, fixture);
}
