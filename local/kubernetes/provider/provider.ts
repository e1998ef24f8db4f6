import {
  PartialFailure,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type LocalProvider,
  type ReadRequest,
  type ReadResult,
  type UpdateRequest,
} from "../../plugin/provider";
import { deepEqual, isMap, Secret, Unknown, type PluginMap } from "../../plugin/values";
import { awaitGone, awaitReady, NotReadyError, type Waiting } from "./await/await";
import { ApiError, KubernetesClient, UnreachableError } from "./client";
import { parseSettings, settingsFailures, type ProviderSettings } from "./config";
import { diffObjects } from "./diff";
import { kindOf, type Kind } from "./kinds";
import { readKubeconfig } from "./kubeconfig";
import { fieldManagerOf, idOf, parseId, withNames } from "./naming";
import { annotation, isNamespaced, listAt, textAt } from "./object";
import { importInputs, projectInputs } from "./projection";
import { render, unrender } from "./render";

/** The local stand-in for the official `kubernetes` plugin: server-side apply to whatever cluster it is given. */
export class KubernetesProvider implements LocalProvider {
  readonly name = "kubernetes";
  private settings: ProviderSettings = parseSettings({});
  private opened: KubernetesClient | undefined;

  constructor(readonly version: string) {}

  checkConfig(config: PluginMap): Promise<CheckResult> {
    return Promise.resolve({ inputs: config, failures: settingsFailures(config) });
  }

  /** Another cluster means that every object is elsewhere; a kubeconfig with fresh credentials doesn't. */
  diffConfig(olds: PluginMap, news: PluginMap): DiffResult {
    const server = (config: PluginMap) => {
      const { kubeconfig, context } = parseSettings(config);
      return typeof kubeconfig === "string" ? readKubeconfig(kubeconfig, context).server : undefined;
    };
    const [before, after] = [server(olds), server(news)];
    const moved = before !== undefined && after !== undefined && before !== after;
    return { changes: !deepEqual(olds, news), replaces: moved ? ["kubeconfig"] : [] };
  }

  configure(config: PluginMap): Promise<void> {
    this.settings = parseSettings(config);
    return Promise.resolve();
  }

  check({ type, name, olds, news, randomSeed }: CheckRequest): Promise<CheckResult> {
    const { kind, apiVersion } = kindOf(type, news);
    const namespace = this.settings.namespace ?? "default";
    const inputs = withNames(kind, name, randomSeed, olds, { ...news, apiVersion, kind }, namespace);
    return Promise.resolve({ inputs });
  }

  diff({ type, oldInputs, newInputs }: DiffRequest): Promise<DiffResult> {
    const { configMapsMutable: configMaps, secretsMutable: secrets } = this.settings;
    const { kind } = kindOf(type, newInputs);
    return Promise.resolve(diffObjects(kind, oldInputs, newInputs, { configMaps, secrets }));
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const { inputs, preview } = request;
    const kind = kindOf(request.type, inputs);
    if (preview) return { id: "", outputs: inputs };
    const id = idOf(kind.kind, inputs);
    await this.refuseForeign(request.urn, kind, id);
    return { id, outputs: await this.apply(request, kind, id, inputs) };
  }

  async update(request: UpdateRequest): Promise<PluginMap> {
    if (request.preview) return { ...request.newInputs, ...this.ownOutputs(request.urn, request.newInputs) };
    return this.apply(request, kindOf(request.type, request.newInputs), request.id, request.newInputs);
  }

  async read({ type, urn, id, inputs, properties }: ReadRequest): Promise<ReadResult | undefined> {
    const kind = kindOf(type, inputs);
    const { name, namespace } = parseId(id);
    if (this.settings.renderTo !== undefined) return { id, inputs, outputs: properties };
    const live = await this.reach((client) => this.get(client, kind, name, namespace), undefined);
    if (live === undefined) return undefined;
    if (Object.keys(inputs).length === 0) {
      return { id, inputs: hideData(importInputs(live)), outputs: this.outputs(urn, live) };
    }
    const projected = projectInputs(inputs, live);
    // What controllers write into an object all day is no drift: only what the program owns is looked at.
    const isAsWritten = deepEqual(projected, inputs);
    return { id, inputs: projected, outputs: isAsWritten ? properties : this.outputs(urn, live) };
  }

  async delete(request: DeleteRequest): Promise<void> {
    const kind = kindOf(request.type, request.oldInputs);
    if (this.settings.renderTo !== undefined) return unrender(this.settings.renderTo, request.oldInputs);
    const { name, namespace } = parseId(request.id);
    await this.reach(async (client) => {
      const collection = await client.collection(kind.apiVersion, kind.kind, namespace);
      try {
        await client.request(`${collection}/${name}`, {
          method: "DELETE",
          body: { propagationPolicy: "Foreground" },
        });
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return;
        throw this.explain(error, kind, request.id);
      }
      if (annotation(request.oldInputs, "pulumi.com/skipAwait") === "true") return;
      await awaitGone({ ...this.waiting(request, client, collection, name), inputs: request.oldInputs });
    }, undefined);
  }

  invoke(token: string): Promise<PluginMap> {
    return Promise.reject(new Error(`${token}: not supported by the local cloud's kubernetes provider`));
  }

  /** Applies an object and waits until it is ready. */
  private async apply(
    request: CreateRequest | UpdateRequest,
    kind: Kind,
    id: string,
    inputs: PluginMap,
  ): Promise<PluginMap> {
    if (this.settings.renderTo !== undefined) {
      render(this.settings.renderTo, inputs);
      return inputs;
    }
    const client = this.client();
    const { name, namespace } = parseId(id);
    const collection = await client.collection(kind.apiVersion, kind.kind, namespace);
    const query = {
      fieldManager: fieldManagerOf(request.urn),
      fieldValidation: "Strict",
      ...(annotation(inputs, "pulumi.com/patchForce") === "true" ? { force: "true" } : {}),
    };
    let live: PluginMap;
    try {
      live = await client.request<PluginMap>(`${collection}/${name}`, {
        method: "PATCH",
        query,
        body: inputs,
        contentType: "application/apply-patch+yaml",
        signal: request.signal,
      });
    } catch (error) {
      throw this.explain(error, kind, id);
    }
    try {
      return this.outputs(
        request.urn,
        await awaitReady({ ...this.waiting(request, client, collection, name), inputs }, live),
      );
    } catch (error) {
      // The object exists, whatever ended the wait: the state must know of it, or nobody would ever delete it.
      const seen = error instanceof NotReadyError ? (error.live ?? live) : live;
      const message = error instanceof Error ? error.message : String(error);
      const reason = `${kind.kind} '${id}': ${message}`;
      throw new PartialFailure(id, this.outputs(request.urn, seen), [reason], inputs);
    }
  }

  /**
   * Refuses to create what exists already, as the official provider does since 4.29.0: a resource that was renamed
   * without an alias would otherwise lose its object to the deletion of its old name. An object that this very
   * resource has applied before is the work of a run that was killed, and is taken up.
   */
  private async refuseForeign(urn: string, kind: Kind, id: string): Promise<void> {
    if (this.settings.renderTo !== undefined || this.settings.upsert) return;
    const { name, namespace } = parseId(id);
    const live = await this.get(this.client(), kind, name, namespace);
    if (live === undefined) return;
    const manager = fieldManagerOf(urn);
    if (listAt(live, "metadata", "managedFields").some((entry) => textAt(entry, "manager") === manager))
      return;
    throw new Error(
      `${kind.kind} '${id}': AlreadyExists: the cluster has it already; import it, or give a renamed resource an alias`,
    );
  }

  private waiting(
    { timeoutSeconds, signal }: { timeoutSeconds: number; signal: AbortSignal },
    client: KubernetesClient,
    collection: string,
    name: string,
  ): Omit<Waiting, "inputs"> {
    return { client, collection, name, timeoutSeconds, signal };
  }

  private async get(
    client: KubernetesClient,
    { apiVersion, kind }: Kind,
    name: string,
    namespace: string | undefined,
  ): Promise<PluginMap | undefined> {
    const collection = await client.collection(apiVersion, kind, isNamespaced(kind) ? namespace : undefined);
    return client.request<PluginMap>(`${collection}/${name}`).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    });
  }

  /** What the state keeps of an object: not who owns which field, and of a Secret's data nothing in plaintext. */
  private outputs(urn: string, live: PluginMap): PluginMap {
    const { metadata, ...rest } = live;
    const { managedFields: _managedFields, ...kept } = isMap(metadata) ? metadata : {};
    return hideData({ ...rest, metadata: kept, ...this.ownOutputs(urn, live) });
  }

  private ownOutputs(urn: string, object: PluginMap): PluginMap {
    return { __fieldManager: fieldManagerOf(urn), __initialApiVersion: textAt(object, "apiVersion") };
  }

  private client(): KubernetesClient {
    const { kubeconfig, context } = this.settings;
    if (kubeconfig instanceof Unknown)
      throw new Error("kubernetes provider: the kubeconfig is not known yet");
    this.opened ??= new KubernetesClient(readKubeconfig(kubeconfig, context));
    return this.opened;
  }

  /** Talks to the cluster; answers `otherwise` where it is gone and the program said that this is fine. */
  private async reach<T>(talk: (client: KubernetesClient) => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await talk(this.client());
    } catch (error) {
      if (error instanceof UnreachableError && this.settings.deleteUnreachable) return otherwise;
      throw error;
    }
  }

  /** Says which object an error of the API server is about, and what can be done about a conflict. */
  private explain(error: unknown, { kind }: Kind, id: string): unknown {
    if (!(error instanceof ApiError)) return error;
    const help =
      error.reason === "Conflict" ? "; annotate it pulumi.com/patchForce=true to take the fields over" : "";
    return new Error(`${kind} '${id}': ${error.reason}: ${error.message}${help}`);
  }
}

/** A Secret's data as the engine must keep it: encrypted. */
function hideData(object: PluginMap): PluginMap {
  const data = object["data"];
  return object["kind"] === "Secret" && data !== undefined ? { ...object, data: new Secret(data) } : object;
}
