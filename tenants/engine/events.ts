import type { ReadResource } from "./pending";
import type { PolicyViolation } from "./types";

/** What the engine does to a resource, in Pulumi's own words. */
export const RESOURCE_OPERATIONS = [
  "same",
  "create",
  "update",
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
  "read",
  "read-replacement",
  "refresh",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
  "import",
  "import-replacement",
] as const;

/** What the engine does to a resource, in Pulumi's own words. */
export type ResourceOperation = (typeof RESOURCE_OPERATIONS)[number];

/** A resource as an event names it. */
export interface ResourceRef {
  readonly urn: string;
  /** Its type token, such as `aws:rds/instance:Instance`. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
}

/** Work on a resource begins; in a preview it is only planned. */
export interface ResourcePreEvent extends ResourceRef {
  readonly kind: "resource-pre";
  readonly operation: ResourceOperation;
  readonly planned: boolean;
  /** Input properties that differ. */
  readonly changed: readonly string[];
}

/** A provider says how far it is, such as a Deployment that waits for its pods. */
export interface ResourceProgressEvent extends ResourceRef {
  readonly kind: "resource-progress";
  readonly message: string;
}

/** Work on a resource is done. */
export interface ResourceOutputsEvent extends ResourceRef {
  readonly kind: "resource-outputs";
  readonly operation: ResourceOperation;
  readonly planned: boolean;
  /** Input properties that differed; a refresh knows them only now. */
  readonly changed: readonly string[];
  /** What the provider read; of an import alone. */
  readonly read?: ReadResource;
}

/** Work on a resource failed; why is in a diagnostic with the same urn. */
export interface ResourceFailedEvent extends ResourceRef {
  readonly kind: "resource-failed";
  readonly operation: ResourceOperation;
}

/** Something worth reading. */
export interface DiagnosticEvent {
  readonly kind: "diagnostic";
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  readonly urn?: string;
}

/** A policy objects. */
export interface PolicyViolationEvent {
  readonly kind: "policy";
  readonly violation: PolicyViolation;
}

/** The engine has counted its changes. */
export interface SummaryEvent {
  readonly kind: "summary";
  readonly changes: Readonly<Partial<Record<ResourceOperation, number>>>;
  readonly seconds: number;
}

/** What an operation tells while it runs. */
export type EngineEvent =
  | ResourcePreEvent
  | ResourceProgressEvent
  | ResourceOutputsEvent
  | ResourceFailedEvent
  | DiagnosticEvent
  | PolicyViolationEvent
  | SummaryEvent;

/**
 * The parts of a urn: `urn:pulumi:stack::project::parent$type::name`.
 *
 * @param urn a resource's urn
 */
export function resourceOf(urn: string): ResourceRef {
  const [, , qualifiedType = "", ...name] = urn.split("::");
  const type = qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1);
  return { urn, type, name: name.join("::") };
}
