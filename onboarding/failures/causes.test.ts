import { expect } from "chai";
import {
  CancelledError,
  EngineError,
  EngineNotFoundError,
  InterruptedError,
  PolicyViolationError,
  StackLockedError,
} from "../../tenants/engine";
import { ProblemError, type ProblemType } from "../lifecycle";
import { judge } from ".";
import {
  awsError,
  kubernetes,
  resources,
  coded,
  program,
  answered,
  QUOTA,
  THROTTLED,
  TAKEN,
} from "./testing/errors";

const STACK = { project: "tenants", stack: "acme" };

/** Errors as they were seen, and what each means. */
const CASES: readonly (readonly [string, unknown, ProblemType, "passing" | "lasting"])[] = [
  ["RDS's quota", resources(QUOTA), "quota-exceeded", "lasting"],
  [
    "IAM's quota",
    resources(
      awsError(
        "aws:iam/role:Role",
        "IAM: CreateRole",
        "LimitExceeded",
        "Cannot exceed quota for RolesPerAccount: 1000",
      ),
    ),
    "quota-exceeded",
    "lasting",
  ],
  [
    "a namespace's quota",
    resources(
      kubernetes(
        'pods "web-1" is forbidden: exceeded quota: acme, requested: pods=1, used: pods=40, limited: pods=40',
      ),
    ),
    "quota-exceeded",
    "lasting",
  ],
  [
    "a call that IAM refuses",
    resources(
      awsError(
        "aws:iam/role:Role",
        "IAM: CreateRole",
        "AccessDenied",
        "User: arn:aws:sts::111122223333:assumed-role/worker/1 is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::111122223333:role/tenantry-eu-1-t-acme because no identity-based policy allows the iam:CreateRole action",
      ),
    ),
    "access-denied",
    "lasting",
  ],
  [
    "a call that EC2 refuses",
    resources(
      awsError(
        "aws:ec2/securityGroup:SecurityGroup",
        "EC2: CreateSecurityGroup",
        "UnauthorizedOperation",
        "You are not authorized to perform this operation.",
      ),
    ),
    "access-denied",
    "lasting",
  ],
  ["a bucket that refuses", answered("AccessDenied", "Access Denied"), "access-denied", "lasting"],
  [
    "credentials that are too old",
    answered("ExpiredToken", "The provided token has expired."),
    "access-denied",
    "lasting",
  ],
  [
    "a worker without credentials",
    Object.assign(new Error("Could not load credentials from any providers"), {
      name: "CredentialsProviderError",
    }),
    "access-denied",
    "lasting",
  ],
  [
    "what Kubernetes does not allow",
    resources(
      kubernetes(
        'namespaces is forbidden: User "worker" cannot create resource "namespaces" in API group "" at the cluster scope',
      ),
    ),
    "access-denied",
    "lasting",
  ],
  [
    "a bucket that is asked too often",
    answered("SlowDown", "Please reduce your request rate."),
    "throttled",
    "passing",
  ],
  [
    "a bucket that fails",
    answered("InternalError", "We encountered an internal error. Please try again."),
    "throttled",
    "passing",
  ],
  ["a throttled call", resources(THROTTLED), "throttled", "passing"],
  [
    "EC2's throttling",
    resources(
      awsError(
        "aws:ec2/securityGroup:SecurityGroup",
        "EC2: CreateSecurityGroup",
        "RequestLimitExceeded",
        "Request limit exceeded.",
      ),
    ),
    "throttled",
    "passing",
  ],
  [
    "a role that a policy does not see yet",
    resources(
      awsError(
        "aws:kms/key:Key",
        "KMS: PutKeyPolicy",
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.",
      ),
    ),
    "not-settled",
    "passing",
  ],
  [
    "an instance that is being changed",
    resources(
      awsError(
        "aws:rds/instance:Instance",
        "RDS: ModifyDBInstance",
        "InvalidDBInstanceState",
        "Database instance acme is not in available state.",
      ),
    ),
    "not-settled",
    "passing",
  ],
  [
    "a bucket that another call is at",
    resources(
      awsError(
        "aws:s3/bucketPolicy:BucketPolicy",
        "S3: PutBucketPolicy",
        "OperationAborted",
        "A conflicting conditional operation is currently in progress against this resource.",
      ),
    ),
    "not-settled",
    "passing",
  ],
  ["a taken role", resources(TAKEN), "name-taken", "lasting"],
  [
    "a taken instance",
    resources(
      awsError(
        "aws:rds/instance:Instance",
        "RDS: CreateDBInstance",
        "DBInstanceAlreadyExists",
        "DB instance already exists",
      ),
    ),
    "name-taken",
    "lasting",
  ],
  [
    "a namespace that is there",
    resources(kubernetes('namespaces "acme" already exists')),
    "name-taken",
    "lasting",
  ],
  [
    "a cluster that refuses connections",
    resources(
      kubernetes(
        "request to https://127.0.0.1:21493/api/v1 failed, reason: connect ECONNREFUSED 127.0.0.1:21493",
      ),
    ),
    "cluster-unavailable",
    "passing",
  ],
  [
    "a cluster that the official provider does not reach",
    resources(
      kubernetes(
        "configured Kubernetes cluster is unreachable: unable to load schema information from the API server: dial tcp 10.0.0.1:443: connect: connection refused",
      ),
    ),
    "cluster-unavailable",
    "passing",
  ],
  [
    "a database closed to connections",
    coded("55000", 'database "t_acme" is not currently accepting connections'),
    "database-unavailable",
    "passing",
  ],
  [
    "a user out of connections",
    coded("53300", 'too many connections for role "t_acme"'),
    "database-unavailable",
    "passing",
  ],
  [
    "a server that shuts down",
    coded("57P01", "terminating connection due to administrator command"),
    "database-unavailable",
    "passing",
  ],
  ["a lost connection", new Error("Connection terminated unexpectedly"), "database-unavailable", "passing"],
  [
    "a pool that gets no connection in time",
    new Error("timeout exceeded when trying to connect"),
    "database-unavailable",
    "passing",
  ],
  [
    "a connection that is not made in time",
    new Error("Connection terminated due to connection timeout"),
    "database-unavailable",
    "passing",
  ],
  ["a deadlock", coded("40P01", "deadlock detected"), "unavailable", "passing"],
  [
    "two transactions that do not go together",
    coded("40001", "could not serialize access due to concurrent update"),
    "unavailable",
    "passing",
  ],
  [
    "an AWS endpoint that does not answer",
    new EngineError('Post "https://rds.eu-west-1.amazonaws.com/": dial tcp 52.95.1.2:443: i/o timeout'),
    "unavailable",
    "passing",
  ],
  [
    "an AWS endpoint that does not shake hands",
    new EngineError('Get "https://sts.amazonaws.com/": net/http: TLS handshake timeout'),
    "unavailable",
    "passing",
  ],
  [
    "an AWS endpoint that hangs up",
    new EngineError("read tcp 10.0.0.1:50112->52.95.1.2:443: read: connection reset by peer"),
    "unavailable",
    "passing",
  ],
  [
    "a name that is not resolved now",
    coded("EAI_AGAIN", "getaddrinfo EAI_AGAIN s3"),
    "unavailable",
    "passing",
  ],
  [
    "a cluster that does not answer in time",
    resources(kubernetes('Get "https://10.0.0.1:443/api": dial tcp 10.0.0.1:443: i/o timeout')),
    "cluster-unavailable",
    "passing",
  ],
  [
    "pods that never were ready, whatever their probes met",
    resources(
      kubernetes("Deployment not ready after 10m: readiness probe: dial tcp 10.1.0.7:8080: i/o timeout"),
    ),
    "timed-out",
    "lasting",
  ],
  [
    "a pod without an image",
    new Error("container web: ImagePullBackOff of image 'registry.invalid/web@sha256:00'"),
    "image-unavailable",
    "lasting",
  ],
  [
    "Node.js out of space",
    coded("ENOSPC", "ENOSPC: no space left on device, mkdtemp '/tmp/tenantry-XXXXXX'"),
    "disk-full",
    "lasting",
  ],
  [
    "the engine out of space",
    new EngineError("writing /tmp/tenantry-x/Pulumi.yaml: no space left on device"),
    "disk-full",
    "lasting",
  ],
  [
    "PostgreSQL out of space",
    coded("53100", "could not extend file: No space left on device"),
    "disk-full",
    "lasting",
  ],
  ["a policy", new PolicyViolationError([]), "policy-violation", "lasting"],
  ["a cancelled engine", new CancelledError(STACK, false), "interrupted", "passing"],
  ["a killed engine", new InterruptedError(STACK, "SIGKILL ended pulumi"), "interrupted", "passing"],
  ["an engine whose call was given up", new EngineError("context canceled"), "interrupted", "passing"],
  ["a lock", new StackLockedError(STACK, undefined), "stack-locked", "passing"],
  ["no CLI", new EngineNotFoundError("pulumi", "/bin"), "engine-missing", "lasting"],
  [
    "a cell that is not up",
    program("CellUnavailableError", "cell 'local' is not up"),
    "cell-unavailable",
    "lasting",
  ],
  ["a refresh without its cell", new EngineError('unknown stack "x"'), "cell-unavailable", "lasting"],
  ["a move", program("ImmutableFieldError", "cell cannot change"), "immutable-field", "lasting"],
  ["a wrong argument", program("UserError", "size is 'huge'"), "invalid-spec", "lasting"],
  [
    "a step out of time",
    new ProblemError({ type: "timed-out", detail: "step 'provision' timed out after 3 s" }),
    "timed-out",
    "lasting",
  ],
  ["what nobody foresaw", new TypeError("x is not a function"), "internal", "lasting"],
  ["what is no error", "text", "internal", "lasting"],
];

describe("what an error means", () => {
  for (const [what, thrown, type, expected] of CASES) {
    it(`${what}: ${type}, which is ${expected}`, () => {
      const { problem, passing } = judge(thrown);
      expect(problem.type, problem.detail).to.equal(type);
      expect(passing).to.equal(expected === "passing");
      if (type !== "immutable-field") expect(problem.next).to.be.a("string").and.not.equal("");
    });
  }
});
