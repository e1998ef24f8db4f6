export { Lease } from "./lease";
export { OperationQueue } from "./queue";
export { SnapshotWatch } from "./snapshot-watch";
export { Worker } from "./worker";
export { DEFAULT_LIMITS, type Log, type WorkerLimits, type Workshop } from "./workshop";
