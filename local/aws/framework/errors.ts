/** An answer with which AWS refuses a call: its code and its message. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  /**
   * @param code AWS's own error code, such as `InvalidVpcID.NotFound`.
   * @param message AWS's message.
   * @param status HTTP status; 4xx is the caller's fault, 5xx AWS's.
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }

  /** Whether the AWS SDK tries such a call again: throttling, and faults on AWS's side. */
  get retryable(): boolean {
    return this.status >= 500 || RETRYABLE_CODES.has(this.code);
  }
}

/** Codes that the AWS SDK retries (its `ThrottleErrorCodes` and `RetryableErrorCodes`, plus Route 53's own). */
const RETRYABLE_CODES: ReadonlySet<string> = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "InternalError",
  "InternalFailure",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestTimeout",
  "RequestTimeoutException",
  "ServiceUnavailable",
  "SlowDown",
  "Throttling",
  "ThrottledException",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

/** What the local cloud cannot simulate; said plainly instead of a silent success. */
export class UnsimulatedError extends Error {
  override readonly name = "UnsimulatedError";
}
