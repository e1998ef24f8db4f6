import type { TenantEvent } from "../registry";

/** Where all events are told to. */
export interface EventBus {
  /** Takes events, in their order; rejects where not all of them were taken, and gets them again. */
  publish(events: readonly TenantEvent[]): Promise<void>;
}
