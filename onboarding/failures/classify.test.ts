import { expect } from "chai";
import {
  CancelledError,
  EngineError,
  EngineNotFoundError,
  PolicyViolationError,
  ProgramError,
  ResourceFailedError,
  type ResourceFailure,
  StackLockedError,
} from "../../tenants/engine";
import { ProblemError, type ProblemType } from "../lifecycle";
import { ExhaustedError, judge } from ".";

const STACK = { project: "tenants", stack: "acme" };

function urnOf(type: string, name: string): string {
  return `urn:pulumi:acme::tenants::${type}::${name}`;
}

/** AWS's answer to a call, as the provider passes it on. */
function awsError(type: string, call: string, code: string, message: string, tries = ""): ResourceFailure {
  const reason = `creating ${type} (acme-x): operation error ${call}, ${tries}https response error StatusCode: 400, api error ${code}: ${message}`;
  return { urn: urnOf(type, "acme-x"), type, name: "acme-x", operation: "create", reason };
}

const QUOTA = awsError(
  "aws:rds/instance:Instance",
  "RDS: CreateDBInstance",
  "InstanceQuotaExceeded",
  "The request would result in the user exceeding the allowed number of DB instances.",
);
const THROTTLED = awsError(
  "aws:rds/instance:Instance",
  "RDS: CreateDBInstance",
  "ThrottlingException",
  "Rate exceeded",
  "exceeded maximum number of attempts, 26, ",
);
const TAKEN = awsError(
  "aws:iam/role:Role",
  "IAM: CreateRole",
  "EntityAlreadyExists",
  "Role with name tenantry-local-t-acme already exists.",
);
/** What was under way when another resource failed. */
const CAUGHT_UP: ResourceFailure = {
  urn: urnOf("kubernetes:apps/v1:Deployment", "acme-gateway"),
  type: "kubernetes:apps/v1:Deployment",
  name: "acme-gateway",
  operation: "create",
  reason: "failed to run remediation: context canceled",
};

function kubernetes(reason: string): ResourceFailure {
  const type = "kubernetes:core/v1:Namespace";
  return { urn: urnOf(type, "acme-namespace"), type, name: "acme-namespace", operation: "create", reason };
}

function resources(...failures: ResourceFailure[]): ResourceFailedError {
  return new ResourceFailedError(failures);
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** An error of the tenant's program, by its name. */
function program(name: string, message: string): ProgramError {
  return new ProgramError([Object.assign(new Error(message), { name })]);
}

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
  [
    "a killed engine",
    new EngineError("pulumi ended with a signal and said nothing"),
    "interrupted",
    "passing",
  ],
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

  const PRECEDENCE: readonly (readonly [string, readonly ResourceFailure[], ProblemType])[] = [
    ["a quota beside a throttled call", [THROTTLED, QUOTA], "quota-exceeded"],
    ["a taken name beside a throttled call", [THROTTLED, TAKEN], "name-taken"],
    ["the first of two lasting ones", [TAKEN, QUOTA], "name-taken"],
    ["a throttled call, not what it held up", [CAUGHT_UP, THROTTLED], "throttled"],
    ["something unknown before what passes", [THROTTLED, kubernetes("it is odd")], "resource-failed"],
  ];
  for (const [what, failures, type] of PRECEDENCE) {
    it(`tells of ${what}`, () => expect(judge(resources(...failures)).problem.type).to.equal(type));
  }

  it("leaves out what only followed", () => {
    const { problem } = judge(resources(QUOTA, CAUGHT_UP));
    expect(problem.detail).to.contain("InstanceQuotaExceeded").and.not.contain("context canceled");
    const { urn: _, ...told } = QUOTA;
    expect(problem.extensions).to.deep.equal({ failures: [told] });
  });

  it("keeps what nothing else is known besides", () => {
    const { problem } = judge(resources(CAUGHT_UP));
    expect(problem.type).to.equal("interrupted");
    expect(problem.detail).to.contain("context canceled");
  });

  it("does not wait again for what was waited for", () => {
    const problem = { type: "database-unavailable", detail: "it does not answer" } as const;
    expect(judge(new ProblemError(problem)).passing).to.equal(true);
    const { passing, problem: told } = judge(new ExhaustedError(problem));
    expect(passing).to.equal(false);
    expect(told.next).to.contain("RDS instance");
  });

  it("leaves a problem's own next step", () => {
    const problem = { type: "timed-out", detail: "late", next: "wait" } as const;
    expect(judge(new ProblemError(problem)).problem).to.deep.equal(problem);
  });
});
