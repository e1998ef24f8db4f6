import { type Server, createServer } from "node:http";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, type JWK } from "jose";
import type { CloudAccount } from "../../onboarding/account/account";
import { Signer } from "../../onboarding/archive";
import { ProcessBudget } from "../../onboarding/budget";
import { CellDirectory } from "../../onboarding/cells";
import { TenantDatabases } from "../../onboarding/databases";
import { type OperationKind, type Problem, ProblemError } from "../../onboarding/lifecycle";
import type { Operation, OperationInput } from "../../onboarding/registry";
import { DEFAULT_LIMITS, type Workshop } from "../../onboarding/workflows";
import type { Job, Step, StepResult } from "../../onboarding/workflows/job";
import { ProgressWriter } from "../../onboarding/workflows/progress";
import { OUTPUTS_VERSION, type PlatformOutputs } from "../../platform/outputs";
import {
  Engine,
  type ExportedStack,
  type OperationResult,
  type Outputs,
  type ProgramRequest,
  type StackRef,
  type UpRequest,
} from "../../tenants/engine";
import { Sandbox } from "../../tenants/engine/testing/sandbox";
import { ORIGIN } from "./registry-world";
import { RetainedWorld } from "./retained-world";

/** What the cell's stack exports. */
export const CELL: PlatformOutputs = {
  schemaVersion: OUTPUTS_VERSION,
  name: "eu-1",
  environment: "test",
  costCenter: "cc-1001",
  accountId: "000000000000",
  region: "eu-west-1",
  partition: "aws",
  domain: "eu-1.example.com",
  network: {
    vpcId: "vpc-1",
    cidr: "10.20.0.0/16",
    publicSubnetCidrs: ["10.20.0.0/22"],
    privateSubnetIds: ["subnet-a"],
    databaseSubnetIds: ["subnet-d"],
    databaseSubnetCidrs: ["10.20.4.0/24"],
  },
  cluster: {
    name: "eu-1",
    arn: "arn:aws:eks:eu-west-1:000000000000:cluster/eu-1",
    endpoint: "https://cluster.example",
    kubeconfig: "{}",
    clusterSecurityGroupId: "sg-cluster",
    nodeSecurityGroupId: "sg-nodes",
  },
  database: {
    subnetGroupName: "eu-1-databases",
    parameterGroupNames: { postgres: "eu-1-postgres", mysql: "eu-1-mysql" },
    monitoringRoleArn: "arn:aws:iam::000000000000:role/eu-1-monitoring",
  },
  permissionsBoundaryArn: "arn:aws:iam::000000000000:policy/eu-1-boundary",
};

/** What an engine says that did nothing. */
const NOTHING_DONE: OperationResult = {
  changes: {},
  changed: false,
  steps: [],
  outputs: {},
  violations: [],
  recovered: [],
  durationMs: 0,
};

/** An engine without a cloud: cells are read from a list, and what it would do is a test's. */
export class ScriptedEngine extends Engine {
  /** Kubernetes API of the cell. */
  kubeconfig = CELL.cluster.kubeconfig;
  /** What bringing a stack up does. */
  onUp: (request: UpRequest) => Promise<Partial<OperationResult>> = () => Promise.resolve({});
  /** What a preview of a stack says. */
  onPreview: (request: ProgramRequest) => Promise<Partial<OperationResult>> = () => Promise.resolve({});
  /** Stacks that were to be removed where they are empty. */
  readonly removed: string[] = [];
  /** What a stack's state has in it. */
  resources: NonNullable<ExportedStack["deployment"]["resources"]> = [];

  override outputs(): Promise<Outputs> {
    const values = { ...CELL, cluster: { ...CELL.cluster, kubeconfig: this.kubeconfig } };
    const outputs = Object.entries(values).map(([name, value]) => [
      name,
      { value, secret: false, known: true },
    ]);
    return Promise.resolve(Object.fromEntries(outputs));
  }

  override async up(request: UpRequest): Promise<OperationResult> {
    return { ...NOTHING_DONE, ...(await this.onUp(request)) };
  }

  override async preview(request: ProgramRequest): Promise<OperationResult> {
    return { ...NOTHING_DONE, ...(await this.onPreview(request)) };
  }

  override destroy(): Promise<OperationResult> {
    return Promise.resolve(NOTHING_DONE);
  }

  override removeEmpty({ stack }: StackRef): Promise<void> {
    this.removed.push(stack);
    return Promise.resolve();
  }

  override export(): Promise<ExportedStack> {
    return Promise.resolve({ version: 3, deployment: { resources: this.resources } });
  }
}

/** What a cell's Kubernetes API answers. */
export interface KubernetesAnswer {
  readonly status: number;
  readonly body: object;
}

const NOTHING_THERE: KubernetesAnswer = { status: 200, body: { items: [] } };

/** Steps of operations on a real registry and a real local account, with an engine that a test scripts. */
export class StepWorld extends RetainedWorld {
  /** Answers of the cell's Kubernetes API, by the address that is asked and what is sent there. */
  onKubernetes: (url: string, sent: string) => KubernetesAnswer | Promise<KubernetesAnswer> = () =>
    NOTHING_THERE;
  /** What differs in the workshop. */
  change: Partial<Workshop> = {};
  private sandbox: Sandbox | undefined;
  private scripted: ScriptedEngine | undefined;
  /** Checks what was signed. */
  publicKey: JWK = {};
  private signingKey: JWK = {};
  private readonly kubernetes: Server = createServer((request, response) => {
    const answer = async () => this.onKubernetes(request.url ?? "", await text(request));
    void answer()
      .catch((error: Error) => ({ status: 500, body: { message: error.message } }))
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
  });

  /** The engine. */
  get engine(): ScriptedEngine {
    if (this.scripted === undefined) throw new Error("the world has not begun");
    return this.scripted;
  }

  override async begin(): Promise<void> {
    await super.begin();
    const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    this.signingKey = { ...(await exportJWK(privateKey)), kid: "test" };
    this.publicKey = await exportJWK(publicKey);
    this.sandbox = new Sandbox();
    await new Promise<void>((resolve) => this.kubernetes.listen(0, "127.0.0.1", resolve));
  }

  override async fresh(capacity?: number): Promise<void> {
    await super.fresh(capacity);
    this.change = {};
    this.scripted?.close();
    this.scripted = new ScriptedEngine({ environment: this.sandbox?.environment });
    this.scripted.kubeconfig = this.kubeconfig();
    this.onKubernetes = () => NOTHING_THERE;
  }

  override async end(): Promise<void> {
    this.scripted?.close();
    this.sandbox?.remove();
    this.kubernetes.close();
    this.kubernetes.closeAllConnections();
    await super.end();
  }

  /** What steps work with, on this account or on one that differs from it. */
  async shop(account: Partial<CloudAccount> = {}): Promise<Workshop> {
    const known = this.accountWith(account);
    return {
      registry: this.registry,
      engine: this.engine,
      account: known,
      cells: new CellDirectory(this.engine),
      databases: new TenantDatabases(known, { ca: false }),
      signer: await Signer.from(this.signingKey),
      budget: new ProcessBudget(),
      probes: [],
      policyPacks: [],
      secretsProvider: undefined,
      limits: { ...DEFAULT_LIMITS, probePatienceMs: 0 },
      enqueue: () => Promise.resolve(),
      log: this.log,
      ...this.change,
    };
  }

  /** An operation that was asked for and has begun. */
  async begun(tenantId: string, kind: OperationKind, input: OperationInput = {}): Promise<Operation> {
    const { operation } = await this.registry.transaction((tx) =>
      this.requests.start(tx, tenantId, kind, input, ORIGIN, { whenBusy: "refuse" }),
    );
    await this.begins(operation);
    return operation;
  }

  /** A step's share of an operation, as it is now. */
  async jobOf(
    operation: Operation,
    results: Record<string, StepResult> = {},
    account: Partial<CloudAccount> = {},
  ): Promise<Job> {
    const tenant = await this.registry.tenants.find(operation.tenantId);
    if (tenant === undefined) throw new Error("the tenant is not there");
    const turn = this.turn(operation.id);
    const { signal } = new AbortController();
    return {
      shop: await this.shop(account),
      operation,
      tenant,
      results,
      progress: new ProgressWriter(
        (lines) => turn.note(lines),
        () => undefined,
      ),
      signal,
      killSignal: signal,
      commit: (work) => turn.commit(work),
    };
  }

  /** Runs steps one after the other; what they found out. */
  async run(
    operation: Operation,
    steps: readonly Step[],
    account: Partial<CloudAccount> = {},
  ): Promise<Record<string, StepResult>> {
    const results: Record<string, StepResult> = {};
    for (const step of steps) {
      const job = await this.jobOf(operation, results, account);
      results[step.name] = await step.run(job).finally(() => job.progress.flush());
    }
    return results;
  }

  /** The problem that steps end with. */
  async problemOf(operation: Operation, steps: readonly Step[]): Promise<Problem> {
    try {
      await this.run(operation, steps);
    } catch (error) {
      if (error instanceof ProblemError) return error.problem;
      throw error;
    }
    throw new Error("nothing failed");
  }

  private kubeconfig(): string {
    const address = this.kubernetes.address();
    const port = typeof address === "object" ? address?.port : 0;
    const cluster = { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true };
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster }],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });
  }
}
