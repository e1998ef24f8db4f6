import { resourceOf } from "./events";
import type { ExportedStack, StateResource } from "./state";

/** A creation that a killed run left under way: only its provider knows whether it took place. */
export interface PendingCreate {
  readonly urn: string;
  /** Its type token, such as `aws:iam/role:Role`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What a provider read of a resource. */
export interface ReadResource {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** One of a provider's functions that finds resources, such as a data source of Terraform's. */
export interface Search {
  /** Its token, such as `aws:ec2/getSecurityGroups:getSecurityGroups`. */
  readonly token: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The ids of what it found, as the provider imports them. */
  idsOf(answer: Readonly<Record<string, unknown>>): readonly string[];
}

/** How it is told whether a creation took place. */
export interface Recognition {
  /** Id under which the provider imports such a resource, or how what may be it is found where only the provider knows its id. */
  readonly id: string | Search;
  /** Whether what has that id is what was to be created, and not a stranger's of the same name. */
  isOurs(read: ReadResource): boolean;
}

/** What is known of a creation that is to be recognised. */
export interface Sought extends Pick<PendingCreate, "type" | "inputs"> {
  /** What a second creation was refused with, where there was one: some providers name there what is in its way. */
  readonly refusal?: string;
}

/**
 * Says how a creation is recognised: `part` is what goes with another resource of the stack; undefined is what nothing is
 * known to find.
 */
export type Recognize = (create: Sought) => Recognition | "part" | undefined;

/** How a killed creation is asked for and taken into the state. */
export interface Adoption {
  /** What second creations were refused with, by urn. */
  readonly refusals: ReadonlyMap<string, string>;
  /** The ids of what may be it, asked through the provider that it was to have. */
  readonly find: (search: Search, provider: StateResource | undefined) => Promise<readonly string[]>;
  /** What the provider reads; undefined where there is nothing. */
  readonly read: (file: ImportFile, urn: string) => Promise<ReadResource | undefined>;
  /** Takes it into the state. */
  readonly adopt: (file: ImportFile) => Promise<void>;
}

/** What became of killed creations. */
export interface Decided {
  /** Those that had taken place, and are in the state now. */
  readonly adopted: readonly PendingCreate[];
  /** Those of which nobody knows. */
  readonly undecided: readonly PendingCreate[];
}

/** What `pulumi import --file` takes. */
export interface ImportFile {
  readonly nameTable: Readonly<Record<string, string>>;
  readonly resources: readonly Readonly<Record<string, string>>[];
}

/** Asks the provider about each creation that a killed run left under way, and adopts what is there. */
export async function decideCreates(
  state: ExportedStack | undefined,
  recognize: Recognize,
  { refusals, find, read, adopt }: Adoption,
): Promise<Decided> {
  const { resources = [], pending_operations: pending = [] } = state?.deployment ?? {};
  const adopted: PendingCreate[] = [];
  const undecided: PendingCreate[] = [];
  const taken = new Set(resources.flatMap((one) => idsOf(one, recognize)));
  for (const { resource, type } of pending) {
    if (type !== "creating" || resource.custom !== true) continue;
    const create = { ...resourceOf(resource.urn), inputs: resource.inputs ?? {} };
    const recognition = recognize({ ...create, refusal: refusals.get(create.urn) });
    if (recognition === "part") continue;
    if (recognition === undefined) {
      undecided.push(create);
      continue;
    }
    const { id } = recognition;
    const provider = providerOf(resource, resources);
    const ids = typeof id === "string" ? [id] : await find(id, provider);
    const free = ids.filter((one) => !taken.has(keyOf(create.type, one)));
    const known = resources.some(({ urn }) => urn === resource.urn);
    // Known: an earlier run has adopted it or made it anew; otherwise it was to replace what is known.
    if (known && free.length > 0) undecided.push(create);
    if (known) continue;
    for (const one of free) {
      const file = importFile(resource, one, provider);
      const found = await read(file, resource.urn);
      if (found === undefined || !recognition.isOurs(found)) continue;
      await adopt(file);
      adopted.push(create);
      taken.add(keyOf(create.type, one));
      break;
    }
  }
  return { adopted, undecided };
}

/** What a resource of the state may be found by: the id that the state has, and the one that its provider imports it by. */
function idsOf({ type, id, inputs = {} }: StateResource, recognize: Recognize): string[] {
  const recognition = recognize({ type, inputs });
  const importedBy = typeof recognition === "object" ? recognition.id : undefined;
  return [id, importedBy].filter((one) => typeof one === "string").map((one) => keyOf(type, one));
}

function keyOf(type: string, id: string): string {
  return `${type} ${id}`;
}

/** The provider that a resource has, in the state; undefined where it is not there. */
function providerOf(
  { provider }: StateResource,
  resources: readonly StateResource[],
): StateResource | undefined {
  const urn = provider?.slice(0, provider.lastIndexOf("::"));
  return resources.find((one) => one.urn === urn);
}

/** Says what to import, with the very parent and provider that it was to have. */
function importFile(
  { urn, parent }: StateResource,
  id: string,
  provider: StateResource | undefined,
): ImportFile {
  const { type, name } = resourceOf(urn);
  const nameTable: Record<string, string> = {};
  const spec: Record<string, string> = { type, name, id };
  if (parent !== undefined && resourceOf(parent).type !== "pulumi:pulumi:Stack") {
    nameTable["parent"] = parent;
    spec["parent"] = "parent";
  }
  if (provider !== undefined && !isDefault(provider)) {
    nameTable["provider"] = provider.urn;
    spec["provider"] = "provider";
  } else {
    const version = provider?.inputs?.["version"];
    if (typeof version === "string") spec["version"] = version;
  }
  return { nameTable, resources: [spec] };
}

/** Whether the engine made a provider by itself, for who names none. */
function isDefault({ urn }: StateResource): boolean {
  return resourceOf(urn).name.startsWith("default");
}
