import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the range from which Linux and macOS take the ports of outgoing connections, so that none of those takes it. */
const range = { from: 20_000, to: 32_000 };

/** Whether this machine's loopback address has nobody listening at `port`. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port nobody listens at. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(range.from, range.to);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`No free port was found between ${range.from} and ${range.to} on 127.0.0.1.`);
}
