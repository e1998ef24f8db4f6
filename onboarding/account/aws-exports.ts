import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CancelExportTaskCommand,
  DescribeDBSnapshotsCommand,
  type ExportTask,
  ExportTaskAlreadyExistsFault,
  ExportTaskNotFoundFault,
  InvalidExportTaskStateFault,
  type RDSClient,
  StartExportTaskCommand,
  paginateDescribeExportTasks,
} from "@aws-sdk/client-rds";
import type { ExportOrder, SnapshotExport } from "./account";

/** What exports are made with. */
export interface AwsExportsOptions {
  /** Bucket that they are written to. */
  readonly bucket: string;
  /** ARN of the role that RDS writes as; undefined exports nothing. */
  readonly roleArn: string | undefined;
  /** How often to look whether a cancelled one has ended, milliseconds. */
  readonly pollMs: number;
}

/** How long a cancelled export may take to end, milliseconds. */
const ENDING_MS = 600_000;

/** Hexadecimal digits of the hash that an export is named by: RDS takes 60 characters. */
const NAME_DIGITS = 24;

/**
 * Exports of RDS snapshots to S3. An export is known by its bucket and prefix; its name follows from the prefix and from how
 * many came before it, so that a second start of the same one is refused by RDS and taken for done.
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html
 */
export class AwsExports {
  constructor(
    private readonly rds: RDSClient,
    private readonly options: AwsExportsOptions,
  ) {}

  /** Whether there is a role to export with. */
  get possible(): boolean {
    return this.options.roleArn !== undefined;
  }

  /** @throws Error where there is no role, or the fault that AWS answers with */
  async start({ snapshot, prefix, keyArn }: ExportOrder): Promise<void> {
    const { bucket, roleArn } = this.options;
    if (roleArn === undefined)
      throw new Error("snapshots cannot be exported: there is no role to do it with");
    const former = await this.at(prefix);
    if (former.some((task) => stateOf(task) !== "failed")) return;
    const { DBSnapshots: [source] = [] } = await this.rds.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot }),
    );
    try {
      await this.rds.send(
        new StartExportTaskCommand({
          ExportTaskIdentifier: nameOf(prefix, former.length + 1),
          SourceArn: source?.DBSnapshotArn,
          S3BucketName: bucket,
          S3Prefix: prefix,
          IamRoleArn: roleArn,
          KmsKeyId: keyArn,
        }),
      );
    } catch (error) {
      if (!(error instanceof ExportTaskAlreadyExistsFault)) throw error;
    }
  }

  async find(prefix: string): Promise<SnapshotExport | undefined> {
    const tasks = await this.at(prefix);
    const last = tasks.find((task) => stateOf(task) !== "failed") ?? tasks.sort(byEnd).at(-1);
    if (last === undefined) return undefined;
    return {
      state: stateOf(last),
      location: `${prefix}/${last.ExportTaskIdentifier}`,
      ...(last.FailureCause === undefined ? {} : { reason: last.FailureCause }),
      ...(last.TaskEndTime === undefined ? {} : { endedAt: last.TaskEndTime }),
    };
  }

  /** @throws Error where one does not end in time */
  async end(prefix: string): Promise<void> {
    const deadline = Date.now() + ENDING_MS;
    for (;;) {
      const running = (await this.under(prefix)).filter((task) => stateOf(task) === "running");
      if (running.length === 0) return;
      if (Date.now() > deadline) {
        throw new Error(
          `the export '${running[0]?.ExportTaskIdentifier}' timed out: it was cancelled, and runs on`,
        );
      }
      for (const { ExportTaskIdentifier, Status } of running) {
        if (Status?.toUpperCase() !== "CANCELING") await this.cancel(ExportTaskIdentifier);
      }
      await sleep(this.options.pollMs);
    }
  }

  private async cancel(identifier: string | undefined): Promise<void> {
    try {
      await this.rds.send(new CancelExportTaskCommand({ ExportTaskIdentifier: identifier }));
    } catch (error) {
      // It ended meanwhile.
      const over = error instanceof InvalidExportTaskStateFault || error instanceof ExportTaskNotFoundFault;
      if (!over) throw error;
    }
  }

  private async at(prefix: string): Promise<ExportTask[]> {
    return (await this.under(prefix)).filter(({ S3Prefix }) => S3Prefix === prefix);
  }

  private async under(prefix: string): Promise<ExportTask[]> {
    const { bucket } = this.options;
    const pages = paginateDescribeExportTasks(
      { client: this.rds },
      { Filters: [{ Name: "s3-bucket", Values: [bucket] }] },
    );
    const found: ExportTask[] = [];
    for await (const { ExportTasks = [] } of pages) found.push(...ExportTasks);
    return found.filter(
      ({ S3Bucket, S3Prefix }) => S3Bucket === bucket && S3Prefix?.startsWith(prefix) === true,
    );
  }
}

function nameOf(prefix: string, attempt: number): string {
  const hash = createHash("sha256").update(prefix).digest("hex").slice(0, NAME_DIGITS);
  return `tenantry-${hash}-${attempt}`;
}

/** A cancelled export has failed: what it wrote is not all. */
function stateOf({ Status }: ExportTask): SnapshotExport["state"] {
  switch (Status?.toUpperCase()) {
    case "COMPLETE":
      return "complete";
    case "FAILED":
    case "CANCELED":
      return "failed";
    default:
      return "running";
  }
}

function byEnd(one: ExportTask, other: ExportTask): number {
  return (one.TaskEndTime?.getTime() ?? 0) - (other.TaskEndTime?.getTime() ?? 0);
}
