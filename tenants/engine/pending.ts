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

/** How it is told whether a creation took place. */
export interface Recognition {
  /** Id under which the provider imports such a resource. */
  readonly id: string;
  /** Whether what has that id is what was to be created, and not a stranger's of the same name. */
  isOurs(read: ReadResource): boolean;
}

/**
 * Says how a creation is recognised: `part` is what goes with another resource of the stack; undefined is what has no id
 * that could be known beforehand.
 */
export type Recognize = (create: Pick<PendingCreate, "type" | "inputs">) => Recognition | "part" | undefined;

/** How a killed creation is asked for and taken into the state. */
export interface Adoption {
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
  { read, adopt }: Adoption,
): Promise<Decided> {
  const { resources = [], pending_operations: pending = [] } = state?.deployment ?? {};
  const adopted: PendingCreate[] = [];
  const undecided: PendingCreate[] = [];
  for (const { resource, type } of pending) {
    if (type !== "creating" || resource.custom !== true) continue;
    const create = { ...resourceOf(resource.urn), inputs: resource.inputs ?? {} };
    const recognition = recognize(create);
    if (recognition === "part") continue;
    if (recognition === undefined) {
      undecided.push(create);
      continue;
    }
    const known = resources.find(({ urn }) => urn === resource.urn);
    if (known !== undefined) {
      // An earlier run has adopted it or made it anew; otherwise it was to replace what is known.
      if (!hasId(recognize({ type: known.type, inputs: known.inputs ?? {} }), recognition.id))
        undecided.push(create);
      continue;
    }
    const file = importFile(resource, recognition.id, resources);
    const found = await read(file, resource.urn);
    if (found === undefined || !recognition.isOurs(found)) continue;
    await adopt(file);
    adopted.push(create);
  }
  return { adopted, undecided };
}

function hasId(recognition: ReturnType<Recognize>, id: string): boolean {
  return typeof recognition === "object" && recognition.id === id;
}

/** Says what to import, with the very parent and provider that it was to have. */
function importFile(
  { urn, parent, provider }: StateResource,
  id: string,
  resources: readonly StateResource[],
): ImportFile {
  const { type, name } = resourceOf(urn);
  const nameTable: Record<string, string> = {};
  const spec: Record<string, string> = { type, name, id };
  if (parent !== undefined && resourceOf(parent).type !== "pulumi:pulumi:Stack") {
    nameTable["parent"] = parent;
    spec["parent"] = "parent";
  }
  const providerUrn = provider?.slice(0, provider.lastIndexOf("::"));
  if (providerUrn !== undefined && !resourceOf(providerUrn).name.startsWith("default")) {
    nameTable["provider"] = providerUrn;
    spec["provider"] = "provider";
  } else {
    const version = resources.find((one) => one.urn === providerUrn)?.inputs?.["version"];
    if (typeof version === "string") spec["version"] = version;
  }
  return { nameTable, resources: [spec] };
}
