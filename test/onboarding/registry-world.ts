import { randomBytes } from "node:crypto";
import { type TestServer, startTestServer } from "../../local/aws/testing/account";
import type { LocalCloud } from "../../local/cloud";
import { ensureDatabase } from "../../local/postgres/database";
import { type Operation, type OperationInput, type Origin, Registry } from "../../onboarding/registry";
import { type Accepted, type Queue, Requests, type StartOptions } from "../../onboarding/requests";
import { begin, fail, finish } from "../../onboarding/workflows/transitions";
import { Turn } from "../../onboarding/workflows/turn";
import type { OperationKind, Problem } from "../../onboarding/lifecycle";
import { type TenantSpec, parseTenantSpec } from "../../tenants/spec";

/** Somebody who asks. */
export const ORIGIN: Origin = {
  actor: { subject: "ada", issuer: "https://issuer.example", roles: ["admin"] },
  address: "192.0.2.7",
  requestId: "request-1",
};

/** A good spec. */
export function specOf(id: string, change: Record<string, unknown> = {}): TenantSpec {
  return parseTenantSpec(
    {
      id,
      name: "Initech",
      tier: "silo",
      contact: "platform@initech.example",
      cell: "eu-1",
      size: "small",
      database: { engine: "postgres", size: "small" },
      ...change,
    },
    "the test's spec",
  );
}

/** A registry on a real PostgreSQL, and requests whose queue is a list. */
export class RegistryWorld {
  readonly queue: { operation: Operation; priority: number }[] = [];
  private server: TestServer | undefined;
  private opened: Registry | undefined;
  private count = 0;

  /** The registry; each `fresh` has one of its own. */
  get registry(): Registry {
    if (this.opened === undefined) throw new Error("the registry is not open");
    return this.opened;
  }

  /** Takes requests in. */
  get requests(): Requests {
    return new Requests({ enqueue: this.enqueue, withdraw: this.withdraw }, this.registry.cells);
  }

  /** Puts operations into the list. */
  readonly enqueue: Queue["enqueue"] = (_, operation, priority) => {
    this.queue.push({ operation, priority });
    return Promise.resolve();
  };

  /** Takes operations off the list. */
  private readonly withdraw: Queue["withdraw"] = (_, { id }) => {
    const index = this.queue.findIndex(({ operation }) => operation.id === id);
    if (index >= 0) this.queue.splice(index, 1);
    return Promise.resolve(index >= 0);
  };

  /** A cloud of which PostgreSQL alone is there. */
  get cloud(): LocalCloud {
    if (this.server === undefined) throw new Error("the server is not started");
    return this.server.cloud;
  }

  /** URL of the registry's database. */
  get url(): string {
    const { host, port, user, password } = this.cloud.postgres;
    return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/registry_${this.count}`;
  }

  /** Starts the server. */
  async begin(): Promise<void> {
    this.server = await startTestServer();
  }

  /** Makes an empty registry with one cell, of so many tenants at most. */
  async fresh(capacity = 40): Promise<void> {
    const { postgres } = this.cloud;
    await this.opened?.close();
    this.count += 1;
    this.queue.length = 0;
    await ensureDatabase(postgres, `registry_${this.count}`);
    this.opened = await Registry.open({ url: this.url, key: randomBytes(32).toString("base64") });
    const cell = { name: "eu-1", environment: "test", region: "eu-west-1", domain: "eu-1.example.com" };
    await this.registry.cells.record({ ...cell, capacity, ready: true });
  }

  /** Ends all of it. */
  async end(): Promise<void> {
    await this.opened?.close();
    await this.server?.stop();
  }

  /** A worker's turn at an operation, to which every other worker counts as gone. */
  turn(operationId: string, worker = "worker-1"): Turn {
    return new Turn(this.registry, operationId, { worker, isGone: () => Promise.resolve(true) });
  }

  /** Begins an operation, as a worker does; what is queued behind it goes into the list. */
  begins({ id }: Operation): Promise<OperationKind | undefined> {
    return this.turn(id).settle((tx, locked) => begin(tx, locked, this.enqueue));
  }

  /** Ends it well. */
  finishes({ id }: Operation): Promise<void> {
    return this.turn(id).settle((tx, locked) => finish(tx, locked, {}, this.enqueue));
  }

  /** Ends it badly, after it has changed something. */
  fails({ id }: Operation, problem: Problem): Promise<void> {
    return this.turn(id).settle((tx, locked) =>
      fail(tx, locked, { problem, untouched: false }, this.enqueue),
    );
  }

  /** Carries an operation out, as a worker does. */
  async carriesOut(operation: Operation): Promise<void> {
    await this.begins(operation);
    await this.finishes(operation);
  }

  /** Asks for an operation on tenant `acme`. */
  start(
    kind: OperationKind,
    input: OperationInput = {},
    options: Partial<StartOptions> = {},
    origin = ORIGIN,
  ): Promise<Accepted> {
    return this.registry.transaction((tx) =>
      this.requests.start(tx, "acme", kind, input, origin, { whenBusy: "refuse", ...options }),
    );
  }

  /** Onboards a tenant; its operation. */
  async onboard(id: string): Promise<Operation> {
    const { operation } = await this.registry.transaction((tx) =>
      this.requests.onboard(tx, specOf(id), ORIGIN),
    );
    return operation;
  }
}
