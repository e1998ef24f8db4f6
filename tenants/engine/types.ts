import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { EngineEvent, ResourceOperation, ResourceRef } from "./events";

/** A policy pack that judges an operation. */
export interface PolicyPack {
  /** Directory with the pack's `PulumiPolicy.yaml`. */
  readonly path: string;
  /** JSON file with the pack's configuration. Default: the pack's own defaults. */
  readonly config?: string;
}

/** A value of a stack's configuration. */
export type ConfigValue = string | { readonly value: string; readonly secret: true };

/** Which stack an operation is about. */
export interface StackRef {
  /** Pulumi project, such as `tenants`. */
  readonly project: string;
  /** Name of the stack in that project, such as `acme`. */
  readonly stack: string;
}

/** What every operation takes. */
export interface OperationRequest extends StackRef {
  /** Environment variables laid over the engine's own. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Told of every event, in order. It must not throw. Default: nobody is told. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Ends the operation: what is under way is finished and recorded, nothing else is begun. Default: it cannot be ended. */
  readonly signal?: AbortSignal;
  /** Ends it at once; what was under way is left as pending operations. Default: it cannot be killed. */
  readonly killSignal?: AbortSignal;
}

/** What an operation that runs a program takes. */
export interface ProgramRequest extends OperationRequest {
  /** The stack's program; what it returns are the stack's outputs. */
  readonly program: PulumiFn;
  /**
   * The stack's whole configuration, set anew at each run; keys are `package:key` or `key`. Secret values are handed to
   * the program in memory, where they are secret Outputs; the engine's default providers don't see them. Default: none.
   */
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /** Packs that judge the operation. Default: none. */
  readonly policyPacks?: readonly PolicyPack[];
  /** How many resources are worked on at once. Default: four a core. */
  readonly parallel?: number;
  /**
   * Secrets provider of a stack that has none yet, such as `awskms://alias/state?region=eu-west-1`. An existing stack keeps
   * the one its state names. Default: the backend's (a passphrase for a file or bucket backend).
   */
  readonly secretsProvider?: string;
}

/** A change that is about to be made; a replacement begins as a creation. */
export interface ResourceChange extends ResourceRef {
  readonly operation: "create" | "update";
}

/** What changes have to pass before they are made. */
export interface ChangeGate {
  /** Whether it wants to know of changes of a type, such as `aws:kms/key:Key`; the others cost nothing. */
  readonly concerns: (type: string) => boolean;
  /**
   * Settles once the change may be made; an error fails it.
   *
   * @param signal fires where the operation ends: then it must wait no longer
   */
  readonly pass: (change: ResourceChange, signal: AbortSignal) => Promise<void>;
}

/** What `up` takes. */
export interface UpRequest extends ProgramRequest {
  /**
   * What creations and updates have to pass, in the order in which the engine comes to them; `parallel` bounds how many
   * wait. Deletions pass nothing: Pulumi would keep a hook for them in the stack's state, and from then on refuse to delete
   * without the program that defines it, while a stack must be deletable whatever has become of its program. Default:
   * nothing.
   */
  readonly changeGate?: ChangeGate;
  /** Refreshes the state from the providers first. Default: false. */
  readonly refresh?: boolean;
  /** URNs of the only resources to work on; none is created for another's sake. Default: all. */
  readonly targets?: readonly string[];
}

/** What `refresh` takes. */
export interface RefreshRequest extends OperationRequest {
  /** Says what the refresh would change in the state, and changes nothing. Default: false. */
  readonly previewOnly?: boolean;
  /** Runs the program to find the providers' present configuration. Default: the state's providers are used. */
  readonly program?: PulumiFn;
  /** The stack's configuration; see {@link ProgramRequest.config}. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
}

/** What `destroy` takes. */
export interface DestroyRequest extends OperationRequest {
  /** Removes the stack once it is empty. Default: false, its history stays. */
  readonly remove?: boolean;
}

/** A stack's output. */
export interface OutputValue {
  /** The plain value; undefined where it is not known before an `up`. */
  readonly value: unknown;
  /** Whether it is secret: such a value must not be shown or logged. */
  readonly secret: boolean;
  /** False only in a preview, for what only an `up` can tell. */
  readonly known: boolean;
}

/** A stack's outputs by name. */
export type Outputs = Readonly<Record<string, OutputValue>>;

/** One policy's objection. */
export interface PolicyViolation {
  readonly pack: string;
  readonly policy: string;
  /** `mandatory` fails the operation, `advisory` warns. */
  readonly level: "mandatory" | "advisory";
  /** The resource it is about; undefined where it is about the whole stack. */
  readonly urn?: string;
  readonly message: string;
}

/** What became of one resource. */
export interface ResourceStep extends ResourceRef {
  readonly operation: ResourceOperation;
  /** `planned` in a preview. */
  readonly outcome: "planned" | "done" | "failed";
  /** Input properties that differ, where the operation changes or replaces. */
  readonly changed: readonly string[];
}

/** An operation that an earlier, killed run left unfinished, and that this run has put right. */
export interface InterruptedOperation {
  readonly urn: string;
  /** What it was at: `creating`, `updating`, `deleting`, `reading`. */
  readonly operation: string;
}

/** What an operation did. */
export interface OperationResult {
  /** How many resources were created, updated, left the same …; operations that touched none are absent. */
  readonly changes: Readonly<Partial<Record<ResourceOperation, number>>>;
  /** Whether anything changed, or in a preview would. */
  readonly changed: boolean;
  /** Each resource once, in the order in which work on it began. */
  readonly steps: readonly ResourceStep[];
  /** The stack's outputs; empty for `refresh` and `destroy`. */
  readonly outputs: Outputs;
  /** What advisory policies said. */
  readonly violations: readonly PolicyViolation[];
  /** What a killed run had left unfinished. */
  readonly recovered: readonly InterruptedOperation[];
  /** Wall-clock milliseconds, the engine's own included. */
  readonly durationMs: number;
}

/** A stack as a list shows it. */
export interface StackSummary extends StackRef {
  /** When it was last changed; undefined where it never was. */
  readonly lastUpdate?: Date;
  readonly resourceCount?: number;
}

/** A stack at a glance. */
export interface StackDescription {
  readonly outputs: Outputs;
  readonly resourceCount: number;
}

/** The last operation on a stack. */
export interface LastOperation {
  /** Such as `update`, `refresh` or `destroy`. */
  readonly kind: string;
  /** Such as `succeeded` or `failed`. */
  readonly result: string;
  readonly ended?: Date;
}
