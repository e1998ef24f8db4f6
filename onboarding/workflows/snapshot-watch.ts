import type { Snapshot } from "../account/account";
import type { Phase } from "../lifecycle";
import type { Tenant } from "../registry";
import {
  type ExportShop,
  type SpareSnapshot,
  beginExport,
  continueExport,
  recordOf,
  spareKind,
} from "./snapshot-export";

/** Pause between two looks, milliseconds. An export takes RDS half an hour and more. */
const LOOK_MS = 5 * 60_000;

/**
 * Exports that run at once, at most.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html
 */
const AT_ONCE = 5;

/** Tenants that are read at once. */
const PAGE = 200;

/** Phases of tenants that may have a spare snapshot. */
const PHASES = ["active", "suspended", "retained"] as const satisfies readonly Phase[];

/**
 * Keeps retained tenants' final snapshots, and those that restores have left, from using up the region's quota of manual
 * ones: from a limit on, exports as many as it takes to S3, and deletes each that is exported. One worker at a time looks.
 */
export class SnapshotWatch {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly shop: ExportShop) {}

  /** Looks now, and again from time to time. */
  start(): void {
    this.looking = this.look().finally(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.start(), LOOK_MS);
    });
  }

  /** Ends it, once the call that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  /** Looks once, unless another worker does. */
  async look(): Promise<void> {
    const { registry, log } = this.shop;
    try {
      await registry.alone("snapshot-watch", () => this.lookAlone());
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, "the region's snapshots could not be looked at");
    }
  }

  private async lookAlone(): Promise<void> {
    const { account, limits, log } = this.shop;
    const snapshots = await account.manualSnapshots();
    const spare = await this.spare(snapshots);
    const begun = spare.filter(({ tenant, snapshot }) => recordOf(tenant, snapshot) !== undefined);
    const gone = await this.forEach(begun, (each) => continueExport(this.shop, each));
    const underWay = begun.length - gone;
    const excess = snapshots.length - gone - underWay - limits.snapshotLimit + 1;
    if (excess <= 0 || this.stopped) return;
    if (!account.mayExport) {
      log.warn(
        { snapshots: snapshots.length, limit: limits.snapshotLimit },
        "manual snapshots near RDS's quota, and none can be exported: TENANTRY_EXPORT_ROLE is not set",
      );
      return;
    }
    const others = spare.filter((each) => !begun.includes(each)).sort(bySacrifice);
    const started = await this.forEach(
      others,
      (each) => beginExport(this.shop, each),
      Math.min(excess, AT_ONCE - underWay),
    );
    if (started + underWay === 0) {
      log.warn(
        { snapshots: snapshots.length, limit: limits.snapshotLimit },
        "manual snapshots near RDS's quota, and none of them could be exported",
      );
    }
  }

  /** Does something with one after the other until it has been done so often; how often it was done. */
  private async forEach(
    all: readonly SpareSnapshot[],
    work: (spare: SpareSnapshot) => Promise<boolean>,
    most = all.length,
  ): Promise<number> {
    let done = 0;
    for (const each of all) {
      if (done >= most || this.stopped) break;
      try {
        if (await work(each)) done += 1;
      } catch (error) {
        // What one meets must not hold the others up; the next look tries again.
        const { tenant, snapshot } = each;
        this.shop.log.warn(
          { tenant: tenant.id, snapshot, reason: reasonOf(error) },
          "the export of a snapshot did not go on",
        );
      }
    }
    return done;
  }

  /** Those among these that may give way. */
  private async spare(snapshots: readonly Snapshot[]): Promise<SpareSnapshot[]> {
    const found: SpareSnapshot[] = [];
    for (const phase of PHASES) {
      let after: string | undefined;
      do {
        const page = await this.shop.registry.tenants.list({ phase, limit: PAGE, after });
        for (const tenant of page.items) {
          const all = snapshots.map(({ identifier, instance, createdAt }) => ({
            tenant,
            snapshot: identifier,
            instance,
            takenAt: createdAt,
          }));
          found.push(...all.filter((each) => spareKind(tenant, each) !== undefined));
        }
        after = page.next;
      } while (after !== undefined);
    }
    return found;
  }
}

/**
 * What is least likely to be restored: first what tenants leave whose retention has ended, then what restores have left, then
 * retained tenants' final ones; the oldest first.
 */
function bySacrifice(one: SpareSnapshot, other: SpareSnapshot): number {
  const worth = worthOf(one) - worthOf(other);
  return worth === 0 ? one.takenAt.getTime() - other.takenAt.getTime() : worth;
}

function worthOf(spare: SpareSnapshot): number {
  if (hasEnded(spare.tenant)) return 0;
  return spareKind(spare.tenant, spare) === "replaced" ? 1 : 2;
}

function hasEnded({ retainedUntil }: Tenant): boolean {
  return retainedUntil !== undefined && retainedUntil <= new Date();
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
