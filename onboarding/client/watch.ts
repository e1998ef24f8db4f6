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

const dataSchema = z.record(z.string(), z.unknown());

/**
 * Follows a stream of server-sent events until its `end`. Where the connection breaks it connects again with
 * `Last-Event-ID`, so that no line is missed and none comes twice.
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
      for await (const line of connect(url, transport, last, options)) {
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

async function* connect(
  url: string,
  transport: Transport,
  last: number | undefined,
  { signal, silenceMs = DEFAULT_SILENCE_MS }: WatchOptions,
): AsyncGenerator<WatchedProgress, void, undefined> {
  const ended = new AbortController();
  const headers = new Headers({ accept: "text/event-stream" });
  if (last !== undefined) headers.set("Last-Event-ID", String(last));
  const signals = [ended.signal, ...(signal === undefined ? [] : [signal])];
  const { body } = await transport(new Request(url, { headers, signal: AbortSignal.any(signals) }));
  if (body === null) return;
  const lines: WatchedProgress[] = [];
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      const sequence = Number(id);
      if (id === undefined || !Number.isSafeInteger(sequence)) return;
      lines.push({ sequence, kind: event ?? "message", data: parseData(data) });
    },
  });
  let silence = setTimeout(() => undefined);
  try {
    const decoder = new TextDecoder();
    const watchSilence = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => ended.abort(new Error(`nothing came for ${silenceMs} ms`)), silenceMs);
    };
    watchSilence();
    for await (const chunk of body) {
      watchSilence();
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

function parseData(text: string): Readonly<Record<string, unknown>> {
  try {
    return dataSchema.parse(JSON.parse(text));
  } catch {
    return { text };
  }
}
