import { setTimeout as sleep } from "node:timers/promises";
import { type OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { OPEN_STATUSES } from "../../lifecycle";
import type { Operation, Progress } from "../../registry";
import type { ApiDependencies, ApiRegistry } from "../dependencies";
import type { ApiContext, ApiEnvironment } from "../environment";
import type { ApiMetrics } from "../metrics";
import { opaqueIdSchema } from "../schemas/common";
import type { ApiSettings } from "../settings";
import { FIND_PROBLEMS, permitted } from "./answers";
import { operationFor } from "./lookup";
import { StreamSlots } from "./stream-slots";

/** Lines of progress that are read at once. */
const BATCH = 200;

/** Looks without news after which the operation itself is looked at, for one that ended without a last line. */
const QUIET_LOOKS = 10;

const stream = createRoute({
  method: "get",
  path: "/v1/operations/{id}/stream",
  operationId: "streamOperation",
  summary: "Follow an operation live",
  description:
    "Server-sent events: `id` is the line's sequence, `event` its kind (`step`, `resource`, `probe`, `message`, `end`), `data` JSON. It ends after `end`. A client that was cut off goes on where it was by `Last-Event-ID`; the stream also ends with its token.",
  tags: ["Operations"],
  ...permitted("operations.read"),
  request: {
    params: z.object({ id: opaqueIdSchema }),
    headers: z.object({
      "Last-Event-ID": z
        .string()
        .regex(/^\d{1,9}$/, "the id of the last event that was read")
        .transform(Number)
        .default(0)
        .openapi({ type: "integer", minimum: 0, maximum: 999_999_999, default: 0 }),
    }),
  },
  responses: {
    200: {
      description: "The lines of progress behind the last that was read, and those to come.",
      content: {
        "text/event-stream": {
          // one event, as OpenAPI 3.2 has it and tools that know streams read it
          schema: z.object({ id: z.string(), event: z.string(), data: z.string() }).openapi("ProgressEvent", {
            description: "One event of the stream; `data` is JSON with the members `at` and `data`.",
            examples: [
              {
                id: "1",
                event: "step",
                data: '{"at":"2026-03-01T12:00:00.000Z","data":{"step":"provision"}}',
              },
            ],
          }),
        },
      },
    },
    204: { description: "The operation has ended and everything of it was read: do not come again." },
    ...FIND_PROBLEMS,
  },
});

/** What a stream needs to go on. */
interface Following {
  readonly registry: ApiRegistry;
  readonly settings: ApiSettings;
  readonly operationId: string;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  /** Called where the client reads nothing. */
  readonly onStall: () => void;
}

/** Adds the endpoint that follows an operation. */
export function registerStream(
  app: OpenAPIHono<ApiEnvironment>,
  { registry, closing }: ApiDependencies,
  settings: ApiSettings,
  metrics: ApiMetrics,
): void {
  const slots = new StreamSlots(settings.maxStreamsPerSubject);
  app.openapi(stream, async (c) => {
    const operation = await operationFor(c, registry, c.req.valid("param").id);
    const after = c.req.valid("header")["Last-Event-ID"];
    const first = await registry.operations.progress(operation.id, after, BATCH);
    if (first.length === 0 && hasEnded(operation)) return c.body(null, 204);
    if (c.req.method === "HEAD") return c.body(null, 200, { "Content-Type": "text/event-stream" });
    const release = slots.take(subjectOf(c));
    metrics.countStream(1);
    // proxies that gather an answer before they pass it on would make it anything but live
    c.header("X-Accel-Buffering", "no");
    return streamSSE(c, async (sse) => {
      const ended = new AbortController();
      sse.onAbort(() => ended.abort());
      const signal = AbortSignal.any([
        ended.signal,
        endOfToken(c),
        ...(closing === undefined ? [] : [closing]),
      ]);
      const onError = (error: unknown): void => c.get("log").warn({ err: error }, "stream");
      const onStall = (): void => {
        c.get("log").info("a stream's client reads nothing: cut off");
        // what is queued for it would keep the connection open for ever
        c.env?.outgoing.destroy();
      };
      const following = { registry, settings, operationId: operation.id, signal, onError, onStall };
      try {
        await follow(sse, first, after, following);
      } finally {
        release();
        metrics.countStream(-1);
      }
    });
  });
}

/** Tells lines as they come, until the last one, or until somebody ends it. An error of the registry is waited out. */
async function follow(
  sse: SSEStreamingApi,
  first: readonly Progress[],
  after: number,
  following: Following,
): Promise<void> {
  const { settings, signal, onStall } = following;
  let lines = first;
  let last = after;
  let quiet = 0;
  let told = Date.now();
  while (!signal.aborted) {
    for (const line of lines) {
      if (!(await within(settings.streamStallMs, sse.writeSSE(eventOf(line))))) return onStall();
      last = line.sequence;
      told = Date.now();
      if (line.kind === "end") return;
    }
    quiet = lines.length > 0 ? 0 : quiet + 1;
    if (Date.now() - told >= settings.streamHeartbeatMs) {
      if (!(await within(settings.streamStallMs, sse.write(": alive\n\n")))) return onStall();
      told = Date.now();
    }
    // a full batch is followed by the next at once
    if (lines.length < BATCH)
      await sleep(settings.streamPollMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const next = await look(following, last, quiet > 0 && quiet % QUIET_LOOKS === 0);
    if (next === "over") return;
    lines = next;
  }
}

/** Looks for lines behind the last that was told; `over` where the operation has ended without more. */
async function look(
  { registry, operationId, onError }: Following,
  last: number,
  thoroughly: boolean,
): Promise<readonly Progress[] | "over"> {
  try {
    // the operation first: lines that came between the two looks would be missed the other way round
    const operation = thoroughly ? await registry.operations.find(operationId) : undefined;
    const lines = await registry.operations.progress(operationId, last, BATCH);
    return lines.length === 0 && operation !== undefined && hasEnded(operation) ? "over" : lines;
  } catch (error) {
    onError(error);
    return [];
  }
}

function eventOf({ sequence, kind, at, data }: Progress): { id: string; event: string; data: string } {
  return { id: String(sequence), event: kind, data: JSON.stringify({ at: at.toISOString(), data }) };
}

function hasEnded({ status }: Operation): boolean {
  return !OPEN_STATUSES.some((open) => open === status);
}

/** Whether something was written in time: a client that reads nothing is left. */
async function within(milliseconds: number, written: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(milliseconds, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([written.then(() => true), late]);
  } finally {
    timer.abort();
  }
}

/** Longest time that a timer can wait, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function endOfToken(c: ApiContext): AbortSignal {
  const left = c.get("identity").expiresAt.getTime() - Date.now();
  return AbortSignal.timeout(Math.min(Math.max(left, 0), MAX_TIMER_MS));
}

function subjectOf(c: ApiContext): string {
  const { issuer, subject } = c.get("identity");
  return `${issuer} ${subject}`;
}
