import { setTimeout as sleep } from "node:timers/promises";
import { createParser } from "eventsource-parser";
import { z } from "zod";
import { ConnectionError, reasonOf } from "./errors";
import type { Transport } from "./transport";

/** One line of an operation's progress. */
export interface WatchedProgress {
  /** Grows within the operation. */
  readonly sequence: number;
  /** `step`, `resource`, `probe`, `message` or `end`. */
  readonly kind: string;
  /** When it was written down, ISO 8601. */
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How a stream is watched. */
export interface WatchOptions {
  /** Begin behind this line. Default: at the first. */
  readonly after?: number;
  readonly signal?: AbortSignal;
  /** How often it connects again without a new line in between, before it gives up. Default: 20. */
  readonly reconnects?: number;
  /** The wait before it connects again, milliseconds; longer each time, up to 5 s. Default: 250. */
  readonly waitMs?: number;
  /** How long nothing may come, signs of life among it, before the connection counts as broken, milliseconds. Default: 60 s. */
  readonly silenceMs?: number;
}

const DEFAULT_RECONNECTS = 20;
const DEFAULT_WAIT_MS = 250;
const DEFAULT_SILENCE_MS = 60_000;
const MAX_WAIT_MS = 5000;

const lineSchema = z.object({ at: z.string(), data: z.record(z.string(), z.unknown()) });

/**
 * Follows a stream of server-sent events until its `end`, or until the API says that there is no more (204), as it does of an
 * operation that ended without a last line. Where the connection breaks it connects again with `Last-Event-ID`, so that no
 * line is missed and none comes twice.
 *
 * @param url the stream's
 * @throws ApiProblem where the API refuses, ConnectionError where it cannot be reached for too long
 */
export async function* watchStream(
  url: string,
  transport: Transport,
  options: WatchOptions = {},
): AsyncGenerator<WatchedProgress, void, undefined> {
  const { signal, reconnects = DEFAULT_RECONNECTS, waitMs = DEFAULT_WAIT_MS } = options;
  let last = options.after;
  let idle = 0;
  for (;;) {
    let broken: unknown;
    try {
      const lines = await connect(url, transport, last, options);
      if (lines === undefined) return;
      for await (const line of lines) {
        if (last !== undefined && line.sequence <= last) continue;
        last = line.sequence;
        idle = 0;
        yield line;
        if (line.kind === "end") return;
      }
    } catch (error) {
      if (!(error instanceof BrokenStreamError)) throw error;
      broken = error.cause;
    }
    signal?.throwIfAborted();
    idle += 1;
    if (idle > reconnects) {
      throw new ConnectionError(
        `the stream ${url} breaks again and again: ${broken === undefined ? "it ended early" : reasonOf(broken)}`,
        {
          cause: broken,
        },
      );
    }
    await sleep(Math.min(MAX_WAIT_MS, waitMs * 2 ** (idle - 1)), undefined, { signal });
  }
}

/** The connection broke in the middle of a stream. */
class BrokenStreamError extends Error {
  override readonly name = "BrokenStreamError";
}

/** Opens the stream; undefined where there is no more of it. */
async function connect(
  url: string,
  transport: Transport,
  last: number | undefined,
  options: WatchOptions,
): Promise<AsyncGenerator<WatchedProgress, void, undefined> | undefined> {
  const ended = new AbortController();
  const headers = new Headers({ accept: "text/event-stream" });
  if (last !== undefined) headers.set("Last-Event-ID", String(last));
  const signals = [ended.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const { status, body } = await transport(new Request(url, { headers, signal: AbortSignal.any(signals) }));
  return status === 204 || body === null ? undefined : linesOf(body, ended, options);
}

async function* linesOf(
  body: ReadableStream,
  ended: AbortController,
  { signal, silenceMs = DEFAULT_SILENCE_MS }: WatchOptions,
): AsyncGenerator<WatchedProgress, void, undefined> {
  const lines: WatchedProgress[] = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      const sequence = Number(id);
      if (id === undefined || !Number.isSafeInteger(sequence)) return;
      lines.push({ sequence, kind: event ?? "message", ...parseLine(data) });
    },
  });
  const decoder = new TextDecoder();
  const hush = (): void => ended.abort(new Error(`nothing came for ${silenceMs} ms`));
  let silence = setTimeout(hush, silenceMs);
  try {
    for await (const chunk of body) {
      clearTimeout(silence);
      silence = setTimeout(hush, silenceMs);
      if (chunk instanceof Uint8Array) parser.feed(decoder.decode(chunk, { stream: true }));
      yield* lines.splice(0);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw new BrokenStreamError("the stream broke", { cause: error });
  } finally {
    clearTimeout(silence);
    ended.abort();
  }
}

/** A line that is none of this API's is passed on as text, for it may tell a person something. */
function parseLine(text: string): Pick<WatchedProgress, "at" | "data"> {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return { at: new Date().toISOString(), data: { text } };
  }
}
