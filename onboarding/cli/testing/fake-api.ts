import { type Got, type TestServer, json, startServer } from "../../client/testing/server";

/** How the fake API answers one endpoint. */
export type Answer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  /** Lines of progress, and then the stream's end. */
  | { readonly lines: readonly (readonly [kind: string, data: object])[] };

/** An API and its issuer in one, whose answers a test writes. */
export interface FakeApi {
  readonly url: string;
  /** The requests to the API, without those for tokens. */
  readonly requests: () => Got[];
  /** `METHOD /path` of each. */
  readonly asked: () => string[];
  close(): Promise<void>;
}

/** When everything happens. */
export const AT = "2026-01-02T03:04:05.000Z";

/**
 * Starts it.
 *
 * @param answers by `METHOD /path`; a list is gone through, and its last answer stays
 */
export async function startFakeApi(
  answers: Readonly<Record<string, Answer | readonly Answer[]>>,
): Promise<FakeApi> {
  const redeemed = new Set<string>();
  const given = new Map<string, number>();
  const server: TestServer = await startServer((response, { method, path, body: form }) => {
    if (path === "/.well-known/openid-configuration") {
      json(response, 200, { token_endpoint: `${server.url}/token` });
    } else if (path === "/token") {
      // Of a person it takes each refresh token once.
      const again = new URLSearchParams(form).get("refresh_token");
      if (again !== null && redeemed.has(again)) return json(response, 400, { error: "invalid_grant" });
      if (again !== null) redeemed.add(again);
      const next = again === null ? {} : { refresh_token: `${again}+` };
      json(response, 200, { access_token: "t0ken", expires_in: 3600, ...next });
    } else {
      const key = `${method} ${path.split("?")[0]}`;
      const count = given.get(key) ?? 0;
      given.set(key, count + 1);
      const all = [answers[key] ?? NOT_THERE].flat();
      const answer = all[Math.min(count, all.length - 1)] ?? NOT_THERE;
      if ("lines" in answer) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        const told = answer.lines.map(
          ([kind, data], index) =>
            `id: ${index + 1}\nevent: ${kind}\ndata: ${JSON.stringify({ at: AT, data })}\n\n`,
        );
        response.end(told.join(""));
      } else if (answer.body === undefined) {
        response.writeHead(answer.status, answer.headers).end();
      } else {
        json(response, answer.status, answer.body, answer.headers);
      }
    }
  });
  const requests = () => server.got.filter(({ path }) => path.startsWith("/v1/"));
  return {
    url: server.url,
    requests,
    asked: () => requests().map(({ method, path }) => `${method} ${path}`),
    close: () => server.close(),
  };
}

/** A problem as the API tells it. */
export function problem(type: string, status: number, more: object = {}): Answer {
  return {
    status,
    body: {
      type: `https://tenantry.dev/problems/${type}`,
      title: type,
      status,
      detail: `it is ${type}`,
      ...more,
    },
  };
}

const NOT_THERE = problem("not-found", 404);

/** An operation as the API tells of it. */
export function operation(change: object = {}) {
  return {
    id: "op_1",
    tenantId: "acme",
    cell: "local",
    kind: "onboard",
    status: "succeeded",
    input: {},
    phaseBefore: "requested",
    requestedBy: "me",
    requestId: "r",
    createdAt: AT,
    startedAt: AT,
    endedAt: "2026-01-02T03:04:17.500Z",
    result: {
      provision: { changes: { create: 49 } },
      verify: { probes: [{ finding: { outcome: "passed" } }] },
    },
    ...change,
  };
}

/** A tenant's spec, with its defaults. */
export const SPEC = {
  id: "acme",
  name: "Acme Corporation",
  tier: "silo",
  contact: "a@acme.example",
  cell: "local",
  size: "small",
  database: { engine: "postgres", size: "small", deletionProtection: true },
  operators: { principalArns: [] },
  release: {},
};

/** A tenant as the API tells of it. */
export function tenant(change: object = {}) {
  return {
    id: "acme",
    spec: SPEC,
    phase: "active",
    version: 3,
    presence: "serving",
    onceActive: true,
    database: { lifetime: 1 },
    snapshotExports: [],
    facts: { hostName: "acme.local.example.com", namespace: "acme" },
    createdAt: AT,
    updatedAt: AT,
    ...change,
  };
}
