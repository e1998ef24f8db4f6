import { setMaxListeners } from "node:events";
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  LocalProvider,
  ReadRequest,
  ReadResult,
  UpdateRequest,
} from "../../plugin/provider";
import { deepEqual, type PluginMap } from "../../plugin/values";
import type { LocalCloud } from "../../cloud";
import { AccountConnection, CallLog, Cipher, SettingsStore } from "../account";
import { AwsCaller } from "../simulator/caller";
import { Simulator } from "../simulator/simulator";
import { DEFAULTS, check } from "./check";
import { configFailures, readConfig, type ProviderConfig } from "./config";
import { plain, wrap } from "./convert";
import { diff } from "./diff";
import { previewCreate, previewUpdate } from "./preview";
import type { Registry } from "./registry";

/** The `aws` provider on a local account. */
export class AwsProvider implements LocalProvider {
  readonly name = "aws";
  readonly acceptSecrets = true;
  private readonly connection: AccountConnection;
  private readonly settings: SettingsStore;
  private readonly calls: CallLog;
  private readonly cancelled = new AbortController();
  private readonly watched = new WeakSet<AbortSignal>();
  /** Ids by URN that the engine has shown to know: a create for such a URN replaces, and never finds those again. */
  private readonly known = new Map<string, Set<string>>();
  /** The engine's process: as long as it lives, it writes down what it is told. */
  private readonly engine = process.ppid;
  private changed = false;
  private config: ProviderConfig = readConfig({});
  private simulator: Simulator;

  constructor(
    readonly version: string,
    private readonly registry: Registry,
    private readonly cloud: LocalCloud,
    database?: string,
  ) {
    this.connection = new AccountConnection(cloud.postgres, database);
    this.settings = new SettingsStore(this.connection);
    this.calls = new CallLog(this.connection);
    this.simulator = this.simulate();
    // Any number of calls may wait out a pause at once.
    setMaxListeners(0, this.cancelled.signal);
  }

  checkConfig(config: PluginMap): Promise<CheckResult> {
    return Promise.resolve({ inputs: config, failures: configFailures(config) });
  }

  diffConfig(olds: PluginMap, news: PluginMap): DiffResult {
    const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const changed = names.filter((name) => name !== "version" && !deepEqual(olds[name], news[name]));
    return {
      changes: changed.length > 0,
      detailedDiff: Object.fromEntries(changed.map((name) => [name, { kind: "update", inputDiff: true }])),
    };
  }

  /** @throws {Error} If the account is not one of those allowed. */
  async configure(config: PluginMap): Promise<void> {
    this.config = readConfig(config);
    this.simulator = this.simulate();
    const { allowedAccountIds, forbiddenAccountIds } = this.config;
    if (allowedAccountIds.length === 0 && forbiddenAccountIds.length === 0) return;
    const { accountId } = await this.simulator.identity();
    const allowed = allowedAccountIds.length === 0 || allowedAccountIds.includes(accountId);
    if (!allowed || forbiddenAccountIds.includes(accountId)) {
      throw new Error(
        `AWS account ID not allowed: ${accountId} (allowedAccountIds: ${allowedAccountIds.join(", ") || "any"})`,
      );
    }
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    return Promise.resolve(check(this.registry.resource(request.type), request, this.config.defaultTags));
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    this.remember(request.urn, request.id);
    return Promise.resolve(diff(this.registry.resource(request.type), request));
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const definition = this.registry.resource(request.type);
    if (request.preview) {
      return { id: "", outputs: previewCreate(definition, request.inputs, this.regionOf(request.inputs)) };
    }
    this.cancelWith(request.signal);
    const { values, secrets } = plain(request.inputs);
    const { urn, name } = request;
    const known = this.known.get(urn) ?? new Set<string>();
    const made = await this.simulator.create({ definition, urn, name, inputs: values, secrets }, known);
    this.remember(urn, made.id);
    this.changed = true;
    return { id: made.id, outputs: wrap(made.outputs, made.secrets) };
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const definition = this.registry.resource(request.type);
    this.cancelWith(request.signal);
    const region = plain(request.properties).values.region ?? plain(request.inputs).values.region;
    const found = await this.simulator.read(
      definition,
      request.id,
      typeof region === "string" ? region : undefined,
    );
    if (found === undefined) return undefined;
    this.remember(request.urn, found.id);
    return {
      id: found.id,
      inputs: { ...wrap(found.inputs, found.secrets), [DEFAULTS]: request.inputs[DEFAULTS] ?? [] },
      outputs: wrap(found.outputs, found.secrets),
    };
  }

  async update(request: UpdateRequest): Promise<PluginMap> {
    const definition = this.registry.resource(request.type);
    const { urn, name, id, newInputs } = request;
    this.remember(urn, id);
    if (request.preview)
      return previewUpdate(definition, request.oldOutputs, newInputs, this.regionOf(newInputs));
    this.cancelWith(request.signal);
    const { values, secrets } = plain(newInputs);
    const changed = await this.simulator.update({ definition, urn, name, inputs: values, secrets }, id);
    return wrap(changed.outputs, changed.secrets);
  }

  async delete(request: DeleteRequest): Promise<void> {
    this.remember(request.urn, request.id);
    this.cancelWith(request.signal);
    const { region } = plain(request.properties).values;
    const definition = this.registry.resource(request.type);
    await this.simulator.delete(definition, request.id, typeof region === "string" ? region : undefined);
  }

  async invoke(token: string, args: PluginMap): Promise<PluginMap> {
    const definition = this.registry.invoke(token);
    return wrap(await this.simulator.invoke(definition, plain(args).values), definition.secrets ?? []);
  }

  async close(): Promise<void> {
    this.cancelled.abort(new Error("The plugin is ending."));
    if (this.changed && process.ppid === this.engine) await this.confirm().catch(() => undefined);
    await this.calls.flush().catch(() => undefined);
    await this.connection.close();
  }

  /** An engine ends its plugins after it has written its state; one that was killed leaves what it made unconfirmed. */
  private async confirm(): Promise<void> {
    const resources = [...this.known].flatMap(([urn, ids]) => [...ids].map((id) => ({ urn, id })));
    await this.simulator.confirm(resources);
  }

  private simulate(): Simulator {
    const { connection, settings, calls, cloud, config } = this;
    const caller = new AwsCaller(settings, calls, {
      maxRetries: config.maxRetries,
      signal: this.cancelled.signal,
    });
    const cipher = new Cipher(cloud.postgres.password);
    return new Simulator({
      connection,
      cipher,
      settings,
      caller,
      cloud,
      region: config.region,
      partition: config.partition,
    });
  }

  private regionOf(inputs: PluginMap): string {
    return typeof inputs.region === "string" ? inputs.region : this.config.region;
  }

  private remember(urn: string, id: string): void {
    const ids = this.known.get(urn) ?? new Set();
    this.known.set(urn, ids.add(id));
  }

  private cancelWith(signal: AbortSignal): void {
    if (this.watched.has(signal)) return;
    this.watched.add(signal);
    if (signal.aborted) this.cancelled.abort(signal.reason);
    else signal.addEventListener("abort", () => this.cancelled.abort(signal.reason), { once: true });
  }
}
