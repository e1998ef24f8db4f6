import * as https from "node:https";
import type { IncomingMessage } from "node:http";
import type { ClusterAccess } from "./kubeconfig";
import type { PluginMap } from "../../plugin/values";

/** The API server's own answer that something is wrong. */
export class ApiError extends Error {
  constructor(
    /** The HTTP status. */
    readonly code: number,
    /** Kubernetes' reason, for example `Forbidden`. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The API server could not be reached at all. */
export class UnreachableError extends Error {
  constructor(server: string, cause: unknown) {
    super(
      `the Kubernetes API at ${server} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
    this.name = "UnreachableError";
  }
}

interface RequestOptions {
  readonly method?: "GET" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** One change that a watch saw. */
export interface WatchEvent {
  readonly type: string;
  readonly object: PluginMap;
}

/** A Kubernetes API client: the few calls that a provider needs, over connections that stay open. */
export class KubernetesClient {
  private readonly agent: https.Agent;
  private readonly resources = new Map<string, Promise<ApiResource[]>>();

  constructor(private readonly access: ClusterAccess) {
    const { ca, cert, key } = access;
    this.agent = new https.Agent({ keepAlive: true, ca, cert, key });
  }

  /** The cluster's address. */
  get server(): string {
    return this.access.server;
  }

  /** Makes a call; the parsed answer. */
  async request<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.send(path, options);
    const parsed = await readJson(response);
    warn(response);
    if ((response.statusCode ?? 500) >= 300) throw apiError(response.statusCode ?? 500, parsed);
    return parsed as T;
  }

  /** Begins to follow changes, until the signal says stop or the server ends the watch. */
  async watch(
    path: string,
    query: Record<string, string>,
    signal: AbortSignal,
  ): Promise<AsyncIterable<WatchEvent>> {
    const response = await this.send(path, { query: { ...query, watch: "1" }, signal });
    if (response.statusCode === 200) return events(response);
    throw apiError(response.statusCode ?? 500, await readJson(response));
  }

  /** The collection's path of a kind, in a namespace where the kind has one. */
  async collection(apiVersion: string, kind: string, namespace: string | undefined): Promise<string> {
    const base = basePath(apiVersion);
    const resource = await this.discover(base, kind);
    return resource.namespaced
      ? `${base}/namespaces/${namespace ?? "default"}/${resource.name}`
      : `${base}/${resource.name}`;
  }

  /** Whether the cluster has a kind, as it is now. */
  async serves(apiVersion: string, kind: string): Promise<boolean> {
    const base = basePath(apiVersion);
    const has = (listed: readonly ApiResource[]) => listed.some((resource) => isKind(resource, kind));
    if (has(await this.list(base))) return true;
    this.resources.delete(base);
    return has(await this.list(base));
  }

  /** A definition made a moment ago needs some time to be served: look again before saying that there is none. */
  private async discover(base: string, kind: string, attempts = 10): Promise<ApiResource> {
    const listed = await this.list(base);
    const found = listed.find((resource) => isKind(resource, kind));
    if (found) return found;
    this.resources.delete(base);
    if (attempts === 0) throw new Error(`the cluster at ${this.server} has no kind '${kind}' in ${base}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    return this.discover(base, kind, attempts - 1);
  }

  private list(base: string): Promise<ApiResource[]> {
    const known = this.resources.get(base);
    if (known) return known;
    const listing = this.request<{ resources: ApiResource[] }>(base).then(
      ({ resources }) => resources,
      (error: unknown) => {
        this.resources.delete(base);
        if (error instanceof ApiError && error.code === 404) return [];
        throw error;
      },
    );
    this.resources.set(base, listing);
    return listing;
  }

  private send(path: string, options: RequestOptions): Promise<IncomingMessage> {
    const { method = "GET", query, body, contentType = "application/json", signal } = options;
    const url = `${this.server}${path}${query ? `?${new URLSearchParams(query).toString()}` : ""}`;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const token = this.access.token?.();
    const headers: Record<string, string> = { accept: "application/json" };
    if (payload !== undefined) {
      headers["content-type"] = contentType;
      // Node sends a DELETE's body without its length otherwise, and the next request on the connection breaks.
      headers["content-length"] = String(Buffer.byteLength(payload));
    }
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    return new Promise((resolve, reject) => {
      const request = https.request(url, { method, agent: this.agent, headers, signal }, resolve);
      request.on("error", (error: NodeJS.ErrnoException) => {
        if (signal?.aborted) reject(error);
        // The server may close an idle connection just as it is used again: the request never reached it.
        else if (request.reusedSocket && error.code === "ECONNRESET") {
          this.send(path, options).then(resolve, reject);
        } else reject(new UnreachableError(this.server, error));
      });
      request.end(payload);
    });
  }
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

function basePath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Subresources carry the kind, too. */
function isKind(resource: ApiResource, kind: string): boolean {
  return resource.kind === kind && !resource.name.includes("/");
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response as AsyncIterable<string>) text += chunk;
  if (response.headers["content-type"]?.startsWith("application/json") !== true)
    return { message: text.trim() };
  return JSON.parse(text);
}

/** The events of a watch: one JSON document a line. */
async function* events(response: IncomingMessage): AsyncGenerator<WatchEvent> {
  let rest = "";
  response.setEncoding("utf8");
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line) as WatchEvent;
  }
}

function apiError(code: number, body: unknown): ApiError {
  const { reason, message } = body as { reason?: string; message?: string };
  return new ApiError(code, reason ?? `HTTP ${code}`, message ?? `the API server answered ${code}`);
}

/** The engine keeps what a plugin writes to its standard error in its own log, as it does with the official one. */
function warn(response: IncomingMessage): void {
  for (const warning of [response.headers["warning"] ?? []].flat()) {
    process.stderr.write(`warning: ${/^299 \S+ "(.*)"$/.exec(warning)?.[1] ?? warning}\n`);
  }
}
