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
import { awaitGone, awaitReady, NotReadyError, refuseUnready } from "./await/await";
import { KubernetesClient, UnreachableError } from "./client";
import { ClusterObject } from "./cluster-object";
import { parseSettings, settingsFailures, type ProviderSettings } from "./config";
import { diffSettings } from "./config-diff";
import { diffObjects } from "./diff";
import type { Warn } from "./engine-log";
import { kindOf, type Kind } from "./kinds";
import { readKubeconfig } from "./kubeconfig";
import { fieldManagerOf, idOf, withNames } from "./naming";
import { annotation, at, listAt, textAt } from "./object";
import { importInputs, projectInputs } from "./projection";
import { render, unrender } from "./render";

/** The local stand-in for the official `kubernetes` plugin: server-side apply to whatever cluster it is given. */
export class KubernetesProvider implements LocalProvider {
  readonly name = "kubernetes";
  private settings: ProviderSettings = parseSettings({});
  private opened: KubernetesClient | undefined;

  constructor(
    readonly version: string,
    private readonly warn: Warn = () => Promise.resolve(),
  ) {}

  checkConfig(config: PluginMap): Promise<CheckResult> {
    return Promise.resolve({ inputs: config, failures: settingsFailures(config) });
  }

  diffConfig(olds: PluginMap, news: PluginMap): DiffResult {
    return diffSettings(olds, news);
  }

  configure(config: PluginMap): Promise<void> {
    this.settings = parseSettings(config);
    return Promise.resolve();
  }

  check({ type, name, olds, news, randomSeed }: CheckRequest): Promise<CheckResult> {
    const { kind, apiVersion } = kindOf(type, news);
    const inputs = withNames(kind, name, randomSeed, olds, { ...news, apiVersion, kind }, this.namespace());
    const failures =
      at(inputs, "metadata", "generateName") === undefined
        ? []
        : [
            {
              property: "metadata.generateName",
              reason: "not supported by the local cloud; expected a name",
            },
          ];
    return Promise.resolve({ inputs, failures });
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
    return this.apply(request, kindOf(request.type, request.newInputs), request.id, request.newInputs, true);
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const { type, urn, id, inputs, properties } = request;
    const asKnown = { id, inputs, outputs: properties };
    if (this.settings.renderTo !== undefined) return asKnown;
    const { deleteUnreachable, skipUpdateUnreachable } = this.settings;
    try {
      const client = this.client();
      const object = await ClusterObject.known(client, kindOf(type, inputs), id);
      const live = await object?.get();
      return live === undefined ? undefined : await this.readLive(client, live, urn, asKnown);
    } catch (error) {
      if (error instanceof UnreachableError && deleteUnreachable) return undefined;
      if (error instanceof UnreachableError && skipUpdateUnreachable) return asKnown;
      throw error;
    }
  }

  async delete(request: DeleteRequest): Promise<void> {
    const { id, type, oldInputs, timeoutSeconds, signal } = request;
    if (this.settings.renderTo !== undefined) return unrender(this.settings.renderTo, oldInputs);
    try {
      const client = this.client();
      const object = await ClusterObject.known(client, kindOf(type, oldInputs), id);
      const deleted = await object?.delete(
        annotation(oldInputs, "pulumi.com/deletionPropagationPolicy") ?? "Foreground",
      );
      if (object === undefined || deleted === undefined) return;
      if (annotation(oldInputs, "pulumi.com/skipAwait") === "true") return;
      const { collection, name } = object;
      await awaitGone({ client, collection, name, inputs: oldInputs, timeoutSeconds, signal }, deleted.uid);
    } catch (error) {
      if (!(error instanceof UnreachableError && this.settings.deleteUnreachable)) throw error;
    }
  }

  invoke(token: string): Promise<PluginMap> {
    return Promise.reject(new Error(`${token}: not supported by the local cloud's kubernetes provider`));
  }

  /** What a refresh or an import finds. */
  private async readLive(
    client: KubernetesClient,
    live: PluginMap,
    urn: string,
    { id, inputs, outputs }: ReadResult,
  ): Promise<ReadResult> {
    if (Object.keys(inputs).length === 0) {
      return { id, inputs: hideData(importInputs(live)), outputs: this.outputs(urn, live) };
    }
    const projected = projectInputs(inputs, live);
    // What controllers write into an object all day is no drift: only what the program owns is looked at.
    const isAsWritten = deepEqual(projected, inputs);
    const found = { id, inputs: projected, outputs: isAsWritten ? outputs : this.outputs(urn, live) };
    await refuseUnready(client, inputs, live).catch((error: unknown) => {
      if (!(error instanceof NotReadyError)) throw error;
      throw new PartialFailure(id, found.outputs, reasonsOf(error, live, id), projected);
    });
    return found;
  }

  /** Applies an object and waits until it is ready. */
  private async apply(
    request: CreateRequest | UpdateRequest,
    kind: Kind,
    id: string,
    inputs: PluginMap,
    isThere = false,
  ): Promise<PluginMap> {
    if (this.settings.renderTo !== undefined) {
      const file = render(this.settings.renderTo, inputs);
      if (kind.kind === "Secret") {
        await this.warn(request.urn, `rendered file ${file} contains a secret value in plaintext`);
      }
      return inputs;
    }
    const client = this.client();
    const object = await ClusterObject.of(client, kind, id);
    const manager = fieldManagerOf(request.urn);
    const { timeoutSeconds, signal } = request;
    if (isThere) await object.takeOver(manager);
    const force = annotation(inputs, "pulumi.com/patchForce") === "true";
    const live = await object.apply(inputs, { manager, force, signal });
    try {
      const { collection, name } = object;
      const waiting = { client, collection, name, inputs, timeoutSeconds, signal };
      return this.outputs(request.urn, await awaitReady(waiting, live));
    } catch (error) {
      // The object exists, whatever ended the wait: the state must know of it, or nobody would ever delete it.
      const seen = error instanceof NotReadyError ? (error.live ?? live) : live;
      throw new PartialFailure(id, this.outputs(request.urn, seen), reasonsOf(error, live, id), inputs);
    }
  }

  /**
   * Refuses to create what exists already, as the official provider does since 4.29.0: a resource that was renamed
   * without an alias would otherwise lose its object to the deletion of its old name. An object that this very
   * resource has applied before is the work of a run that was killed, and is taken up.
   */
  private async refuseForeign(urn: string, kind: Kind, id: string): Promise<void> {
    if (this.settings.renderTo !== undefined || this.settings.upsert) return;
    const live = await (await ClusterObject.of(this.client(), kind, id)).get();
    if (live === undefined) return;
    const manager = fieldManagerOf(urn);
    if (listAt(live, "metadata", "managedFields").some((entry) => textAt(entry, "manager") === manager))
      return;
    throw new Error(
      `${kind.kind} '${id}': AlreadyExists: the cluster has it already; import it, or give a renamed resource an alias`,
    );
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

  /** Where objects go that name no namespace: where the settings say, else the kubeconfig's context. */
  private namespace(): string {
    const { namespace, kubeconfig, context } = this.settings;
    if (namespace !== undefined || kubeconfig instanceof Unknown) return namespace ?? "default";
    try {
      return readKubeconfig(kubeconfig, context).namespace;
    } catch {
      return "default";
    }
  }

  private client(): KubernetesClient {
    const { kubeconfig, context } = this.settings;
    if (kubeconfig instanceof Unknown)
      throw new Error("kubernetes provider: the kubeconfig is not known yet");
    this.opened ??= new KubernetesClient(readKubeconfig(kubeconfig, context));
    return this.opened;
  }
}

/** What ended a wait, and what the object's pods say of it. */
function reasonsOf(error: unknown, live: PluginMap, id: string): string[] {
  const message = error instanceof Error ? error.message : String(error);
  const details = error instanceof NotReadyError ? error.details : [];
  return [`${textAt(live, "kind") ?? ""} '${id}': ${message}`, ...details];
}

/** A Secret's data as the engine must keep it: encrypted. */
function hideData(object: PluginMap): PluginMap {
  const data = object["data"];
  return object["kind"] === "Secret" && data !== undefined ? { ...object, data: new Secret(data) } : object;
}
