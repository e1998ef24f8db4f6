import { type Server, createServer } from "node:http";
import { z } from "zod";

/** An answer of AWS's Query protocol. */
export interface QueryAnswer {
  readonly status?: number;
  readonly body: string;
}

/** A server that answers RDS's and IAM's requests as it is told, and keeps what it was asked. */
export class QueryApi {
  readonly requests: URLSearchParams[] = [];
  private readonly answers: QueryAnswer[] = [];

  private constructor(
    private readonly server: Server,
    readonly endpoint: string,
  ) {}

  /** Starts it on a free port. */
  static async start(): Promise<QueryApi> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = z.object({ port: z.number() }).parse(server.address());
    const api = new QueryApi(server, `http://127.0.0.1:${port}`);
    server.on("request", (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        api.requests.push(new URLSearchParams(body));
        const { status = 200, body: answer } = api.answers.shift() ?? { status: 404, body: "" };
        response.writeHead(status, { "content-type": "text/xml" }).end(answer);
      });
    });
    return api;
  }

  /** The next answers, in their order; those of an earlier test and its requests are forgotten. */
  will(...answers: readonly QueryAnswer[]): void {
    this.requests.length = 0;
    this.answers.splice(0, this.answers.length, ...answers);
  }

  /** Stops it. */
  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** A result of an action. */
export function result(action: string, content: string): QueryAnswer {
  return { body: `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>` };
}

/** A refusal. */
export function refusal(code: string, message: string, status = 400): QueryAnswer {
  return {
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}
