import type { PluginMap } from "../../plugin/values";
import { ApiError, type KubernetesClient } from "./client";
import type { Kind } from "./kinds";
import { parseId } from "./naming";
import { isNamespaced, listAt, textAt } from "./object";
import { takenOver } from "./ownership";

/** How often a takeover is begun again because the object changed meanwhile. */
const TAKEOVER_ATTEMPTS = 5;

/** How an object is to be applied. */
export interface Applying {
  /** Who owns the fields from then on. */
  readonly manager: string;
  /** Take fields over from other managers. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** One object of a cluster, whether it exists or not. Errors say which object they are about. */
export class ClusterObject {
  /** Its name on the server. */
  readonly name: string;

  private constructor(
    private readonly client: KubernetesClient,
    private readonly kind: Kind,
    private readonly id: string,
    /** Its collection's path on the server. */
    readonly collection: string,
  ) {
    this.name = parseId(id).name;
  }

  /** An object of a kind that the cluster has, or will have in a moment. */
  static async of(client: KubernetesClient, kind: Kind, id: string): Promise<ClusterObject> {
    const namespace = isNamespaced(kind.kind) ? parseId(id).namespace : undefined;
    return new ClusterObject(
      client,
      kind,
      id,
      await client.collection(kind.apiVersion, kind.kind, namespace),
    );
  }

  /** An object that was there once; undefined where even its kind is gone. */
  static async known(client: KubernetesClient, kind: Kind, id: string): Promise<ClusterObject | undefined> {
    const isServed = await client.serves(kind.apiVersion, kind.kind);
    return isServed ? ClusterObject.of(client, kind, id) : undefined;
  }

  /** The object as it is; undefined where there is none. */
  get(): Promise<PluginMap | undefined> {
    return this.client.request<PluginMap>(this.path).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw error;
    });
  }

  /** Server-side apply. */
  async apply(inputs: PluginMap, { manager, force, signal }: Applying): Promise<PluginMap> {
    const query = { fieldManager: manager, fieldValidation: "Strict", ...(force ? { force: "true" } : {}) };
    const contentType = "application/apply-patch+yaml";
    try {
      return await this.client.request<PluginMap>(this.path, {
        method: "PATCH",
        query,
        body: inputs,
        contentType,
        signal,
      });
    } catch (error) {
      throw this.explain(error);
    }
  }

  /** Makes what kubectl has written into the object a manager's own, so that applying meets no conflict with it. */
  async takeOver(manager: string, attempts = TAKEOVER_ATTEMPTS): Promise<void> {
    const live = await this.get();
    const value = takenOver(listAt(live, "metadata", "managedFields"), manager);
    if (value === undefined) return;
    const resourceVersion = textAt(live, "metadata", "resourceVersion");
    const body = [
      { op: "replace", path: "/metadata/managedFields", value },
      // Refused where the object has changed since, or the other change's owner would be lost.
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
    ];
    try {
      await this.client.request(this.path, {
        method: "PATCH",
        body,
        contentType: "application/json-patch+json",
      });
    } catch (error) {
      const isRaced = error instanceof ApiError && error.code === 409 && attempts > 1;
      if (!isRaced) throw this.explain(error);
      await this.takeOver(manager, attempts - 1);
    }
  }

  /**
   * Begins to delete the object.
   *
   * @returns the uid of what is being deleted, where the server said it; undefined where nothing was there
   */
  async delete(propagationPolicy: string): Promise<{ uid: string | undefined } | undefined> {
    try {
      const answer = await this.client.request<PluginMap>(this.path, {
        method: "DELETE",
        body: { propagationPolicy },
      });
      return { uid: textAt(answer, "metadata", "uid") ?? textAt(answer, "details", "uid") };
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return undefined;
      throw this.explain(error);
    }
  }

  private get path(): string {
    return `${this.collection}/${this.name}`;
  }

  /** Says which object an error of the API server is about, and what can be done about a conflict. */
  private explain(error: unknown): unknown {
    if (!(error instanceof ApiError)) return error;
    const help =
      error.reason === "Conflict" ? "; annotate it pulumi.com/patchForce=true to take the fields over" : "";
    return new Error(`${this.kind.kind} '${this.id}': ${error.reason}: ${error.message}${help}`);
  }
}
