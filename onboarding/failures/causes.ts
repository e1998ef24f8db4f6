import type { ProblemType } from "../lifecycle";

/**
 * What AWS says while it has not caught up with a change it has acknowledged, or still works on the resource.
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency,
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html and the operations' own error lists.
 */
const NOT_SETTLED =
  /invalid principal|cannot be assumed|KMSInvalidState|KMSKeyNotAccessible|InvalidDB(?:Instance|Snapshot|SubnetGroup)State|DependencyViolation|OperationAborted|ConcurrentModification|OperationInProgress|ResourceInUse|couldn't find resource/i;

/**
 * What PostgreSQL and its driver say where a database cannot be had: shut down, out of connections, closed to connections.
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const DATABASE_AWAY =
  /ECONNREFUSED|ECONNRESET|EPIPE|connection refused|Connection terminated|\b(?:57P0[1-5]|53300|08[0-9A-Z]{3})\b|not currently accepting connections|too many (?:connections|clients)/i;

/**
 * What AWS and Kubernetes say to who may not do what was asked, or cannot say who it is.
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html,
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, the CommonErrors page of each service's API
 * reference, and https://kubernetes.io/docs/reference/access-authn-authz/authorization/
 */
const ACCESS_DENIED =
  /access ?denied|not ?authorized to perform|UnauthorizedOperation|AuthFailure|OptInRequired|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|CredentialsProviderError|failed to refresh cached credentials|no valid credential sources|is forbidden: User "|provide credentials|\(401\): Unauthorized/i;

/** What Go and Node.js say where a call was lost on its way, whoever it was for. */
const CALL_LOST =
  /i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|EAI_AGAIN|temporary failure in name resolution|connection reset by peer|socket hang up|EHOSTUNREACH|ENETUNREACH|no route to host|network is unreachable/i;

/** Who did not answer, by the type of the resource that failed: for a Kubernetes object it is the cluster. */
const clusterOr =
  (other: ProblemType) =>
  (resourceType: string): ProblemType =>
    resourceType.startsWith("kubernetes:") ? "cluster-unavailable" : other;

/** What AWS, Kubernetes, PostgreSQL and the system say, and what it means. The first that fits decides. */
const SIGNS: readonly (readonly [ProblemType | ((resourceType: string) => ProblemType), RegExp])[] = [
  ["disk-full", /\bENOSPC\b|no space left on device|disk full|53100/i],
  [
    "throttled",
    /\bThrottl(?:ing|ed)|Rate exceeded|RequestLimitExceeded|TooManyRequests|SlowDown|PriorRequestNotComplete|ServiceUnavailable|InternalFailure|InternalError\b/i,
  ],
  [
    "quota-exceeded",
    /QuotaExceeded|LimitExceeded|exceeded quota|TooManyBuckets|exceeding the allowed number/i,
  ],
  ["access-denied", ACCESS_DENIED],
  ["not-settled", NOT_SETTLED],
  ["name-taken", /AlreadyExists|EntityAlreadyExists|ResourceConflict|Duplicate|already exists/i],
  ["image-unavailable", /ImagePullBackOff|ErrImagePull|InvalidImageName|ErrImageNeverPull/],
  [
    "cluster-unavailable",
    /(?:connect|dial tcp|fetch failed|request to).*(?:ECONNREFUSED|connection refused|ECONNRESET|ETIMEDOUT)|Kubernetes API.*(?:unreachable|not answer)|cluster unreachable|etcdserver|configured Kubernetes cluster is unreachable/i,
  ],
  // What a refresh says of the reference to its cell.
  ["cell-unavailable", /unknown stack "/],
  ["interrupted", /context canceled/],
  // What waited for pods tells what those said, too: that is no call of ours that was lost.
  ["timed-out", /did not become ready|not ready after/i],
  ["unavailable", /^(?:40001|40P01) |deadlock detected|could not serialize access/],
  [
    clusterOr("database-unavailable"),
    /timeout exceeded when trying to connect|terminated due to connection timeout/i,
  ],
  [clusterOr("unavailable"), CALL_LOST],
  ["timed-out", /timed? ?out|deadline exceeded/i],
  ["engine-missing", /spawn \S*pulumi ENOENT|no resource plugin/i],
  [clusterOr("database-unavailable"), DATABASE_AWAY],
];

/**
 * What a message is a sign of; undefined where it is none that is known.
 *
 * @param resourceType type of the resource that failed: a connection refused to a Kubernetes object is the cluster's
 */
export function causeOf(error: Error, resourceType = ""): ProblemType | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // AWS's clients tell an error's code by its name.
  const name = "$metadata" in error || error.name === "CredentialsProviderError" ? error.name : "";
  const text = `${code} ${name} ${error.message}`;
  const found = SIGNS.find(([, pattern]) => pattern.test(text))?.[0];
  return typeof found === "function" ? found(resourceType) : found;
}
