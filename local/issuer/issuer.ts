import { mkdirSync } from "node:fs";
import { type ServerType, serve } from "@hono/node-server";
import { hasCode } from "../files";
import { chooseAddress } from "./address";
import { createIssuerApp } from "./app";
import { ensureFirstClients } from "./clients";
import { ensureSigningKey } from "./signing-key";

/** Where an issuer lives. */
export interface StartIssuerOptions {
  /** Keeps its key, its clients and its port. Readable by its owner only. */
  readonly directory: string;
  /** Default: the one it had before, or a free one. */
  readonly port?: number;
}

/** An issuer that runs. */
export interface RunningIssuer {
  /** The `iss` of its tokens; `<url>/token` gives them. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts the local cloud's OIDC issuer in this process. The first time, it makes itself a key and the clients `admin`,
 * `operator` and `auditor`, each with a secret; all of it is kept, so that tokens outlive a restart.
 *
 * @throws Error where its port is taken
 */
export async function startIssuer({ directory, port }: StartIssuerOptions): Promise<RunningIssuer> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const [address, key] = await Promise.all([
    chooseAddress(directory, port),
    ensureSigningKey(directory),
    ensureFirstClients(directory),
  ]);
  const app = createIssuerApp({ directory, url: address.url, key });
  const server = await listen(app.fetch, address.port);
  return { ...address, close: () => close(server) };
}

function listen(fetch: Parameters<typeof serve>[0]["fetch"], port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, () => resolve(server));
    server.once("error", (error: Error) => {
      const taken = `The issuer's port ${port} is taken: expected nobody there, as tokens have it in them.`;
      reject(hasCode(error, "EADDRINUSE") ? new Error(taken) : error);
    });
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}
