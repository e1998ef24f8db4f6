import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import type { ApiEnvironment } from "../environment";

const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  instance: z.string().optional(),
  fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/** What a test sends. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, as JSON unless the headers say otherwise. */
  readonly text?: string | Uint8Array;
}

/** Sends requests with one token. */
export class TestClient {
  constructor(
    private readonly app: OpenAPIHono<ApiEnvironment>,
    private readonly token: string,
  ) {}

  /** @param request method and path, such as `GET /v1/tenants` */
  async send(request: string, { headers = {}, json, text }: Sent = {}): Promise<Response> {
    const [method = "", path = ""] = request.split(" ");
    const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
    return this.app.request(path, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body,
    });
  }

  /** Sends a request and reads its problem; throws where the answer is none. */
  async problem(request: string, sent: Sent = {}): Promise<z.infer<typeof problemSchema>> {
    return readProblem(await this.send(request, sent));
  }
}

/** Reads a problem document; throws where an answer is none. */
export async function readProblem(response: Response): Promise<z.infer<typeof problemSchema>> {
  const type = response.headers.get("Content-Type");
  const text = await response.text();
  if (type !== "application/problem+json") throw new Error(`${response.status} ${type}: ${text}`);
  const problem = problemSchema.parse(JSON.parse(text));
  if (problem.status !== response.status)
    throw new Error(`${response.status} says that it is ${problem.status}`);
  return problem;
}
