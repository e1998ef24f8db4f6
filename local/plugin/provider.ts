import type { PluginMap } from "./values";

/** What every request about one resource says. */
export interface ResourceRequest {
  readonly urn: string;
  /** The type token, for example `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Pulumi's name of it. */
  readonly name: string;
  /** Aborted when the engine cancels the operation. */
  readonly signal: AbortSignal;
}

export interface CheckRequest extends ResourceRequest {
  /** The inputs of the last time; empty where there was none. */
  readonly olds: PluginMap;
  readonly news: PluginMap;
  /** The engine's seed for names, the same in a preview and in the update after it. */
  readonly randomSeed: Uint8Array;
}

/** A property that the provider doesn't accept. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface CheckResult {
  /** The inputs with the provider's defaults. */
  readonly inputs: PluginMap;
  readonly failures?: readonly CheckFailure[];
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: PluginMap;
  readonly oldOutputs: PluginMap;
  readonly newInputs: PluginMap;
  /** Paths that the program wants left alone. */
  readonly ignoreChanges: readonly string[];
}

/** What happens to one property. */
export type DiffKind = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

export interface DiffResult {
  readonly changes: boolean;
  /** The properties for which the resource must be made anew. */
  readonly replaces?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  /** By path, for what the engine prints. */
  readonly detailedDiff?: Readonly<Record<string, { readonly kind: DiffKind; readonly inputDiff: boolean }>>;
}

export interface CreateRequest extends ResourceRequest {
  readonly inputs: PluginMap;
  /** Only say what the outputs would be. */
  readonly preview: boolean;
  /** The program's `customTimeouts`, in seconds; 0 for the provider's default. */
  readonly timeoutSeconds: number;
}

export interface CreateResult {
  readonly id: string;
  readonly outputs: PluginMap;
}

export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  /** Empty when the resource is being imported. */
  readonly inputs: PluginMap;
  readonly properties: PluginMap;
}

export interface ReadResult extends CreateResult {
  readonly inputs: PluginMap;
}

export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: PluginMap;
  readonly oldOutputs: PluginMap;
  readonly newInputs: PluginMap;
  readonly preview: boolean;
  readonly timeoutSeconds: number;
}

export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: PluginMap;
  readonly properties: PluginMap;
  readonly timeoutSeconds: number;
}

/** A provider of custom resources. What it throws reaches the user as the resource's error. */
export interface LocalProvider {
  /** The package's name, for example `aws`. */
  readonly name: string;
  /** The version it answers to. */
  readonly version: string;
  /** Whether secrets arrive wrapped. Default: the engine opens them and marks the outputs of the same names itself. */
  readonly acceptSecrets?: boolean;
  /** The provider's own settings, checked before anything else. Default: taken as they are. */
  checkConfig?(config: PluginMap): Promise<CheckResult>;
  /** Which of its settings, when changed, mean that all of its resources are elsewhere. Default: none. */
  diffConfig?(olds: PluginMap, news: PluginMap): DiffResult;
  configure(config: PluginMap): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  /** The resource as it is; undefined when it is gone. */
  read(request: ReadRequest): Promise<ReadResult | undefined>;
  update(request: UpdateRequest): Promise<PluginMap>;
  delete(request: DeleteRequest): Promise<void>;
  invoke(token: string, args: PluginMap): Promise<PluginMap>;
  /** Lets go of connections. */
  close?(): Promise<void>;
}

/** A resource exists but didn't become what it should: it stays in the state, and the next update goes on with it. */
export class PartialFailure extends Error {
  /**
   * @param id the id of what exists
   * @param outputs what is known of it
   * @param reasons why it isn't finished
   * @param inputs what it was made of
   */
  constructor(
    readonly id: string,
    readonly outputs: PluginMap,
    readonly reasons: readonly string[],
    readonly inputs: PluginMap,
  ) {
    super(reasons.join("; "));
    this.name = "PartialFailure";
  }
}
