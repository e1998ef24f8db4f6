import type { Context, ProvisionContext } from "./context";
import type { Properties } from "./properties";
import type { PropertyMap } from "./values";

/** What `check` finds wrong with an input. */
export interface CheckFailure {
  /** The input at fault. */
  property: string;
  /** Its value, why it is refused, what was expected. */
  reason: string;
}

/** The AWS API calls behind a resource's operations: errors, faults, throttling and the call log name them. */
export interface Operations {
  create: string;
  read: string;
  /** Absent where every change replaces. */
  update?: string;
  delete: string;
}

/** An AWS error that a rule answers with; `message` may depend on the value at fault, and on the id of what already has it. */
export interface Refusal {
  code: string;
  message(value: string, holder?: string): string;
  /** HTTP status, 400 unless given. */
  status?: number;
}

/** How a name is made up when the program gives none: `<resource name>-<7 hex>`, as the official provider does. */
export interface Autoname {
  property: string;
  /** The input that replaces the resource's name as the first part, such as `namePrefix`. */
  prefixProperty?: string;
  /** Longest allowed; the resource's name is cut, the suffix never. */
  maxLength?: number;
  /** Such as `lower` where AWS allows only lower case. */
  transform?(name: string): string;
}

/** A name that AWS holds for one resource only. */
export interface UniqueName {
  /** The name's key in its scope; `undefined` if the resource claims none. Region and type are added to it. */
  key(context: Context): string | undefined | Promise<string | undefined>;
  /** How AWS refuses the second one; its message gets the key and the id of the resource that has it. */
  taken: Refusal;
  /** Where the name is unique: across AWS and so across regions, or in one region (the default). */
  scope?: "global" | "region";
  /** Types that share one name space; the resource's own type unless given. */
  space?: string;
}

/** An input that names another resource of the account. */
export interface Reference {
  /** Path of the input: `vpcId`, `subnetIds[*]`, `vpcConfig.subnetIds[*]`. */
  property: string;
  /** Types that it may name. */
  to: readonly string[];
  /** By what it names them; `id` unless given. */
  by?: "id" | "arn" | "name" | readonly ("id" | "arn" | "name")[];
  /** How AWS refuses a name that nothing has. */
  missing: Refusal;
  /** Values that need not be in the account, such as AWS's own managed policies. */
  external?(value: string): boolean;
  /**
   * What the deletion of the named resource does: it is refused with that resource's `inUse` (the default), it
   * deletes this resource too, or it leaves this one dangling.
   */
  onDelete?: "refuse" | "cascade" | "ignore";
}

/** A limit on how many resources of a type the account holds. */
export interface Quota {
  /** Key in the quota settings, such as `rds.instances`. */
  key: string;
  /** The AWS default. */
  limit: number;
  /** Counts only resources with the same values of these inputs, such as `["vpcId"]`; all of the region if absent. */
  per?: readonly string[];
  exceeded: Refusal;
}

/** Seconds that AWS takes, waiting included; multiplied by the latency factor (0 by default). */
export interface Latency {
  create?: number;
  read?: number;
  update?: number;
  delete?: number;
}

/** What AWS makes of a create call. */
export interface Created {
  id: string;
  arn: string;
  /** Computed outputs; inputs and defaults are echoed without being named here. */
  outputs: PropertyMap;
}

/** One resource type of the simulated account. */
export interface ResourceDefinition {
  /** Pulumi type token, such as `aws:ec2/vpc:Vpc`. */
  type: string;
  /** AWS service as its SDK calls it: `EC2`, `RDS`, `Route 53`. Throttles and the call log name it. */
  service: string;
  operations: Operations;
  /** Inputs without which Check fails. */
  required?: readonly string[];
  /** Further checks of the inputs; an input not known yet reads as absent. */
  check?(inputs: Properties): CheckFailure[];
  autoname?: Autoname;
  /** Outputs that AWS fills in for inputs not given. */
  defaults?(inputs: Properties): PropertyMap;
  /** Outputs that only AWS knows, dotted where they lie in a map: unknown in a preview's create, kept over updates. */
  computed: readonly string[];
  /** Computed outputs that an update may change: unknown in a preview's update. */
  volatile?: readonly string[];
  /** Inputs (paths) whose change replaces the resource. */
  replaces?: readonly string[];
  /** Replace by deleting first, even where the name would allow both to be there. */
  deleteBeforeReplace?: boolean;
  /** Inputs that are JSON documents: an object is made text, and two texts of the same value don't differ. */
  json?: readonly string[];
  /** Inputs that are sets: the order of their elements doesn't matter. */
  sets?: readonly string[];
  /** Inputs and outputs that are always secret, such as `password`: encrypted in the account state. */
  secrets?: readonly string[];
  /** Whether it carries tags: `tagsAll` is computed and the provider's default tags are merged. */
  taggable?: boolean;
  /** Whether it lives outside regions, as IAM and Route 53 do. */
  global?: boolean;
  /** An output by which `import` may name it besides the id, such as an instance's `identifier`. */
  importBy?: string;
  /** The id in what `import` takes, where that is more. */
  idInImport?(imported: string): string;
  /** Whether its create call puts: what has the same id is overwritten, where others are refused. */
  puts?: boolean;
  unique?: readonly UniqueName[];
  references?: readonly Reference[];
  quotas?: readonly Quota[];
  latency?: Latency;
  /** How AWS refuses to delete it while another resource refers to it; `DependencyViolation` unless given. */
  inUse?: Refusal;
  /**
   * Makes the id, the ARN and the computed outputs, in the transaction that stores the resource; throws `AwsError`
   * for what the declarative rules above can't say. Names are unique, references exist and quotas have room by now.
   */
  create(context: Context): Promise<Created> | Created;
  /** Outputs that change with an update, in its transaction; what it leaves out stays. */
  update?(context: Context & { readonly before: Properties }): Promise<PropertyMap> | PropertyMap;
  /** Guards and side effects of a deletion, in its transaction and before references are checked. */
  delete?(context: Context): Promise<void> | void;
  /**
   * The real thing behind the resource (a database, nodes), outside any transaction and after `create` or `update`.
   * Must be idempotent: a killed process does it again. Its result is merged into the outputs.
   */
  provision?(context: ProvisionContext): Promise<PropertyMap | void>;
  /** Takes away what `provision` made, before the deletion's transaction but after its guards. Idempotent. */
  deprovision?(context: ProvisionContext): Promise<void>;
  /** Looks at the real thing when refreshed; outputs that differ are merged, `undefined` means that it is gone. */
  inspect?(context: ProvisionContext): Promise<PropertyMap | undefined>;
}

/** One invoke (data source) of the simulated account. */
export interface InvokeDefinition {
  /** Pulumi token, such as `aws:ec2/getSubnet:getSubnet`. */
  token: string;
  service: string;
  /** The AWS API call behind it. */
  operation: string;
  /** Answers with the data source's outputs; the arguments are echoed without being named. */
  invoke(context: InvokeContext): Promise<PropertyMap> | PropertyMap;
  /** Outputs that are secret, such as `secretString`. */
  secrets?: readonly string[];
}

/** What an invoke works with. */
export type InvokeContext = Omit<
  Context,
  "urn" | "name" | "id" | "state" | "insert" | "patch" | "remove" | "keep" | "listKept" | "quota" | "forget"
>;

/**
 * States one resource type. See `../catalog/ec2/vpc.ts` for an example.
 *
 * @throws {Error} If a property is said to be two things at once: a mistake in the catalog.
 */
export function defineResource(definition: ResourceDefinition): ResourceDefinition {
  const mistaken = definition.required?.find((name) => definition.computed.includes(name));
  if (mistaken !== undefined)
    throw new Error(`${definition.type}: ${mistaken} is both required and computed.`);
  return definition;
}

/** States one invoke. */
export function defineInvoke(definition: InvokeDefinition): InvokeDefinition {
  return definition;
}

/** What a catalog file exports: the types and invokes of one service. */
export interface Catalog {
  resources: readonly ResourceDefinition[];
  invokes?: readonly InvokeDefinition[];
  /** Limits that no resource type states, on what is there beside the resources. */
  quotas?: readonly Pick<Quota, "key" | "limit">[];
}
