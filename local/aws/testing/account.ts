import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalCloud } from "../../cloud";
import type { DiffResult, ResourceRequest } from "../../plugin/provider";
import type { PluginMap } from "../../plugin/values";
import { removePostgres, startPostgres, stopPostgres } from "../../postgres";
import { AccountConnection, Cipher, ResourceStore, RetainedStore, SettingsStore } from "../account";
import { CATALOGS } from "../catalog";
import { AwsProvider } from "../provider/provider";
import { Registry } from "../provider/registry";

/** A PostgreSQL server of a test's own. */
export interface TestServer {
  cloud: LocalCloud;
  stop(): Promise<void>;
}

/** Starts a server in a temporary folder. */
export async function startTestServer(): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), "tenantry-aws-"));
  const postgres = await startPostgres({ directory });
  return {
    cloud: {
      instance: "unit-test",
      postgres,
      kubernetes: {
        server: "https://127.0.0.1:1",
        kubeconfig: "/nonexistent",
        certificateAuthority: "/nonexistent",
      },
      pulumi: { home: directory, backendUrl: `file://${directory}`, passphraseFile: "/nonexistent" },
    },
    async stop() {
      await stopPostgres(directory);
      removePostgres(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A resource as a test made it. */
export interface TestResource {
  urn: string;
  type: string;
  name: string;
  id: string;
  inputs: PluginMap;
  outputs: PluginMap;
}

/** An account of its own on a test server, and a provider as an engine would drive it. */
export class TestAccount {
  readonly connection: AccountConnection;
  readonly settings: SettingsStore;
  readonly store: ResourceStore;
  readonly retained: RetainedStore;
  readonly provider: AwsProvider;
  private readonly providers: AwsProvider[] = [];

  constructor(
    private readonly cloud: LocalCloud,
    private readonly database = `account_${randomBytes(6).toString("hex")}`,
  ) {
    this.connection = new AccountConnection(cloud.postgres, this.database);
    this.settings = new SettingsStore(this.connection);
    this.store = new ResourceStore(this.connection, new Cipher(cloud.postgres.password));
    this.retained = new RetainedStore(this.connection);
    this.provider = this.newProvider();
  }

  /** Another plugin process's provider. */
  newProvider(): AwsProvider {
    const provider = new AwsProvider("7.48.0", new Registry(CATALOGS), this.cloud, this.database);
    this.providers.push(provider);
    return provider;
  }

  async configure(config: PluginMap = {}, provider = this.provider): Promise<void> {
    await provider.configure({ region: "us-east-1", ...config });
  }

  /** Check and create, as an engine does for a new resource; a failure of Check is thrown. */
  async create(type: string, name: string, news: PluginMap, provider = this.provider): Promise<TestResource> {
    const request = subject(type, name);
    const { inputs, failures = [] } = await provider.check({
      ...request,
      olds: {},
      news,
      randomSeed: seed(name),
    });
    const [failure] = failures;
    if (failure !== undefined) throw new Error(`check ${failure.property}: ${failure.reason}`);
    const { id, outputs } = await provider.create({ ...request, inputs, preview: false, timeoutSeconds: 0 });
    return { ...request, id, inputs, outputs };
  }

  /** What Diff says of other inputs. */
  async diff(resource: TestResource, news: PluginMap): Promise<DiffResult> {
    const request = subject(resource.type, resource.name);
    const { inputs } = await this.provider.check({
      ...request,
      olds: resource.inputs,
      news,
      randomSeed: seed("again"),
    });
    return this.provider.diff({
      ...request,
      id: resource.id,
      oldInputs: resource.inputs,
      oldOutputs: resource.outputs,
      newInputs: inputs,
      ignoreChanges: [],
    });
  }

  async update(resource: TestResource, news: PluginMap): Promise<TestResource> {
    const request = subject(resource.type, resource.name);
    const { inputs } = await this.provider.check({
      ...request,
      olds: resource.inputs,
      news,
      randomSeed: seed("again"),
    });
    const outputs = await this.provider.update({
      ...request,
      id: resource.id,
      oldInputs: resource.inputs,
      oldOutputs: resource.outputs,
      newInputs: inputs,
      preview: false,
      timeoutSeconds: 0,
    });
    return { ...resource, inputs, outputs };
  }

  /** What a refresh reads. */
  async read(resource: TestResource): Promise<PluginMap | undefined> {
    const found = await this.provider.read({
      ...subject(resource.type, resource.name),
      id: resource.id,
      inputs: resource.inputs,
      properties: resource.outputs,
    });
    return found?.outputs;
  }

  async delete(resource: TestResource): Promise<void> {
    await this.provider.delete({
      ...subject(resource.type, resource.name),
      id: resource.id,
      oldInputs: resource.inputs,
      properties: resource.outputs,
      timeoutSeconds: 0,
    });
  }

  async close(): Promise<void> {
    for (const provider of this.providers) await provider.close();
    await this.connection.close();
  }
}

/** The code of the AWS error that an action ends with, or its message; `ok` if it ends well. */
export async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "ok";
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return /api error ([\w.]+):/.exec(message)?.[1] ?? message;
  }
}

/** The text of an output; fails if it is none. */
export function text(resource: { outputs: PluginMap }, name: string): string {
  const value = resource.outputs[name];
  if (typeof value !== "string") throw new Error(`output ${name} is not text`);
  return value;
}

function subject(type: string, name: string): ResourceRequest {
  return { urn: `urn:pulumi:test::unit::${type}::${name}`, type, name, signal: NEVER.signal };
}

function seed(name: string): Uint8Array {
  return Buffer.from(`seed of ${name}`);
}

const NEVER = new AbortController();
setMaxListeners(0, NEVER.signal);
