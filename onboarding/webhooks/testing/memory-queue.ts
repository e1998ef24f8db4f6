import type { TenantEvent, Webhook } from "../../registry/types";
import type { ClaimedDelivery, DeliveryQueue } from "../dispatcher";

interface Entry {
  readonly webhook: Webhook;
  readonly event: TenantEvent;
  attempts: number;
  due: number;
  leasedUntil: number;
  status: "pending" | "delivered" | "dead";
  error?: string;
}

/** A queue as the registry keeps it, in memory. */
export class MemoryQueue implements DeliveryQueue {
  readonly entries: Entry[] = [];

  constructor(private readonly leaseMs = 60_000) {}

  /** Puts an event in line for a webhook. */
  add(webhook: Webhook, event: TenantEvent): void {
    this.entries.push({ webhook, event, attempts: 0, due: 0, leasedUntil: 0, status: "pending" });
  }

  claim(limit: number): Promise<ClaimedDelivery[]> {
    const heads = new Map<string, Entry>();
    for (const entry of this.entries) {
      const line = `${entry.webhook.id} ${entry.event.tenantId}`;
      if (entry.status === "pending" && !heads.has(line)) heads.set(line, entry);
    }
    const now = Date.now();
    const due = [...heads.values()]
      .filter((entry) => entry.due <= now && entry.leasedUntil <= now)
      .slice(0, limit);
    return Promise.resolve(
      due.map((entry) => {
        entry.leasedUntil = now + this.leaseMs;
        return { webhook: entry.webhook, secrets: ["whsec_1"], event: entry.event, attempts: entry.attempts };
      }),
    );
  }

  succeed(claim: ClaimedDelivery): Promise<void> {
    this.entryOf(claim).status = "delivered";
    return Promise.resolve();
  }

  fail(claim: ClaimedDelivery, error: string, next: Date | "dead"): Promise<void> {
    const entry = this.entryOf(claim);
    entry.attempts += 1;
    entry.error = error;
    entry.leasedUntil = 0;
    if (next === "dead") entry.status = "dead";
    else entry.due = next.getTime();
    return Promise.resolve();
  }

  private entryOf({ webhook, event }: ClaimedDelivery): Entry {
    const found = this.entries.find(
      (entry) => entry.webhook.id === webhook.id && entry.event.id === event.id,
    );
    if (found === undefined) throw new Error(`${event.id} is not in line for ${webhook.id}`);
    return found;
  }
}
