import type { MiddlewareHandler } from "hono";
import { ProblemError, type ProblemType } from "../../lifecycle";
import type { ApiEnvironment } from "../environment";
import { jsonProblem } from "../json-shape";

/** What a body may be. */
export interface ReadBodyArgs {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** Reads a request's body whole, and refuses what no endpoint takes, before any endpoint looks at it. */
export function readBody({ maxBytes, maxDepth }: ReadBodyArgs): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const { raw } = c.req;
    if (raw.body === null || c.req.method === "GET" || c.req.method === "HEAD") return next();
    if (Number(c.req.header("Content-Length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const text = decode(await read(raw.body, maxBytes));
    const headers = new Headers(raw.headers);
    if (text === "") {
      // many clients name a type where they send nothing
      headers.delete("Content-Type");
    } else {
      refuseEncodings(c.req.header("Content-Type") ?? "", c.req.header("Content-Encoding") ?? "identity");
      if (JSON_TYPE.test(c.req.header("Content-Type") ?? "")) refuseShape(text, maxDepth);
    }
    c.req.raw = new Request(raw.url, { method: raw.method, headers, body: text === "" ? undefined : text });
    await next();
  };
}

async function read(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw refused("invalid-request", "the body ended before it was whole", error);
    });
    if (done) return Buffer.concat(chunks);
    length += value.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(value);
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw refused("invalid-request", "the body is not UTF-8", error);
  }
}

function refuseEncodings(type: string, encoding: string): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1] ?? "utf-8";
  if (!/^utf-?8$/i.test(charset)) {
    throw refused("unsupported-media-type", `the body's charset is '${charset}': expected 'utf-8'`);
  }
  if (encoding.toLowerCase() !== "identity") {
    throw refused("unsupported-media-type", `Content-Encoding is '${encoding}': expected none`);
  }
}

function refuseShape(text: string, maxDepth: number): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refused("invalid-request", "the body is not JSON", error);
  }
  const problem = jsonProblem(value, maxDepth);
  if (problem === undefined) return;
  throw new ProblemError({ type: "invalid-request", detail: problem.message, fields: [problem] });
}

function tooLarge(maxBytes: number): ProblemError {
  return refused("body-too-large", `the body has more than ${maxBytes} bytes`);
}

function refused(type: ProblemType, detail: string, cause?: unknown): ProblemError {
  return new ProblemError({ type, detail }, { cause });
}
