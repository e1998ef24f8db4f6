import { setTimeout as sleep } from "node:timers/promises";

/**
 * Calls a second that one worker makes to each service at most, so that a dozen workers in one account and region stay
 * under what AWS allows, and leave room for Pulumi and for people.
 *
 * Sources: Secrets Manager allows 50 a second of RotateSecret, far more of the reads
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html); S3 3,500 writes a second and prefix
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html); EventBridge 400 PutEvents a second in
 * the smallest regions (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html). RDS and IAM publish no
 * number: theirs are cautious choices of this project, and the SDK's adaptive retries find out the rest.
 */
export const CALLS_PER_SECOND = {
  rds: 2,
  secretsManager: 4,
  iam: 2,
  s3: 50,
  eventBridge: 20,
} as const;

/** Lets so many through a second, in the order in which they come; a second's worth may come at once. */
export class Pace {
  private readonly gapMs: number;
  private readonly burstMs: number;
  /** When the next one may go, were there no burst. */
  private next = 0;

  /** @param perSecond how many a second, above 0 */
  constructor(
    perSecond: number,
    private readonly now: () => number = () => performance.now(),
    private readonly wait: (milliseconds: number) => Promise<unknown> = sleep,
  ) {
    this.gapMs = 1000 / perSecond;
    this.burstMs = Math.max(0, 1000 - this.gapMs);
  }

  /** Waits for its turn. */
  async turn(): Promise<void> {
    const now = this.now();
    const at = Math.max(this.next, now - this.burstMs);
    this.next = at + this.gapMs;
    if (at > now) await this.wait(at - now);
  }
}
