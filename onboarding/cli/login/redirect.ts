import { EventEmitter } from "node:events";
import { type ServerResponse, createServer } from "node:http";
import { LoginError } from "../../client";
import { UsageError } from "../failure";

/** Waits for the browser to come back from the issuer. */
export interface Redirect {
  /** Where the issuer sends the browser. */
  readonly uri: string;
  /** The code; rejects with a LoginError where the issuer refuses. */
  readonly code: Promise<string>;
  close(): void;
}

/** What is expected of the answer. */
export interface ExpectedRedirect {
  /** Port of this machine; 0 for any that is free. */
  readonly port: number;
  /** The state that was sent along: an answer without it is none to this question. */
  readonly state: string;
  /** The issuer's identifier, which it may say in its answer (RFC 9207). */
  readonly issuer: string;
}

const PATH = "/callback";

/**
 * Listens on the loopback interface for the issuer's answer (RFC 8252, section 7.3). The address says `localhost`, as Cognito
 * takes no other without TLS.
 *
 * @throws UsageError where the port is taken
 */
export async function listenForRedirect({ port, state, issuer }: ExpectedRedirect): Promise<Redirect> {
  const answers = new EventEmitter<{ code: [string]; refusal: [LoginError] }>();
  const code = new Promise<string>((resolve, reject) => {
    answers.once("code", resolve).once("refusal", reject);
  });
  // Whoever waits hears of it; until somebody does, a refusal is nobody's.
  code.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const parameter = (name: string) => url.searchParams.get(name) ?? undefined;
    const given = parameter("code");
    if (request.method !== "GET" || url.pathname !== PATH) {
      say(response, 404, "There is nothing here.");
    } else if (parameter("state") !== state || (parameter("iss") ?? issuer) !== issuer) {
      say(response, 400, "This is no answer to the login that was begun. Begin anew at the terminal.");
    } else if (given === undefined) {
      say(response, 400, "You are not logged in. The terminal says why.");
      const why = parameter("error_description") ?? "no more is said";
      answers.emit(
        "refusal",
        new LoginError(`the issuer refuses the login: ${parameter("error") ?? "no code"}: ${why}`),
      );
    } else {
      say(response, 200, "You are logged in. You can close this window.");
      answers.emit("code", given);
    }
  });
  const taken = await new Promise<number>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new UsageError(
              `--redirect-port is ${port}, which is taken: expected a free one that the client is registered with`,
            )
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
  return {
    uri: `http://localhost:${taken}${PATH}`,
    code,
    close: () => {
      server.close();
      server.closeIdleConnections();
    },
  };
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    connection: "close",
  });
  response.end(`${text}\n`);
}
