import type { Engine, PolicyPack } from "../../tenants/engine";
import type { CloudAccount } from "../account/account";
import type { Signer } from "../archive";
import type { CallBudget } from "../budget";
import type { CellDirectory } from "../cells";
import type { TenantDatabases } from "../databases";
import type { Probe } from "../probes";
import type { Registry } from "../registry";
import type { Enqueue } from "../requests";

/** Limits and times of a worker. */
export interface WorkerLimits {
  /** Operations that one worker runs at once; each costs some 150 MB and most of a core. */
  readonly perWorker: number;
  /** Operations that all workers together run at once in one cell. */
  readonly perCell: number;
  /** Tenants that a cell takes at most: RDS instances of a region, 40 unless AWS has raised it. */
  readonly cellCapacity: number;
  /** How often a step that may pass is tried. */
  readonly attempts: number;
  /** Pause before the second try, seconds; doubled before each further one. */
  readonly retrySeconds: number;
  /** How long one step may take, milliseconds. RDS alone takes up to half an hour. */
  readonly stepTimeoutMs: number;
  /** How long positive probes are asked again, milliseconds. */
  readonly probePatienceMs: number;
  /** Days that an offboarded tenant is retained unless the request says otherwise. */
  readonly retentionDays: number;
  /**
   * Manual snapshots of the region from which on those that tenants can spare are exported to S3. RDS's quota is 100:
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
   */
  readonly snapshotLimit: number;
}

/** A worker's limits where nothing else is said. */
export const DEFAULT_LIMITS = {
  perWorker: 2,
  perCell: 10,
  cellCapacity: 40,
  attempts: 6,
  retrySeconds: 2,
  stepTimeoutMs: 60 * 60_000,
  probePatienceMs: 3 * 60_000,
  retentionDays: 30,
  snapshotLimit: 90,
} satisfies WorkerLimits;

/** A worker's log. */
export interface Log {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

/** What the steps of operations work with. */
export interface Workshop {
  readonly registry: Registry;
  readonly engine: Engine;
  readonly account: CloudAccount;
  /** What the engine's changes take their calls to AWS from. */
  readonly budget: CallBudget;
  readonly cells: CellDirectory;
  readonly databases: TenantDatabases;
  readonly signer: Signer;
  readonly probes: readonly Probe[];
  readonly policyPacks: readonly PolicyPack[];
  /** Secrets provider of new stacks; undefined leaves it to the backend. */
  readonly secretsProvider: string | undefined;
  readonly limits: WorkerLimits;
  readonly enqueue: Enqueue;
  readonly log: Log;
}
