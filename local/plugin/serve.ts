import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { LocalProvider } from "./provider";
import { providerService } from "./server";

/** The engine's own limit of a message, in bytes. Source: Pulumi's sdk/go/common/util/rpcutil. */
const MAX_MESSAGE_SIZE = 400 * 1024 * 1024;

/** How often a plugin looks whether its engine still lives, in milliseconds. */
const ORPHAN_CHECK_INTERVAL = 1000;

/**
 * Serves a provider as a plugin: prints the port, which is all that the engine waits for, and answers until the
 * engine ends the process or is gone itself.
 */
export async function serveProvider(provider: LocalProvider): Promise<void> {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_SIZE,
    "grpc.max_send_message_length": MAX_MESSAGE_SIZE,
  });
  server.addService(ResourceProviderService, providerService(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  exitWithEngine(provider);
  process.stdout.write(`${port}\n`);
}

/** Ends the process when it is asked to, and when the engine was killed and cannot ask any more. */
function exitWithEngine(provider: LocalProvider): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    void (provider.close?.() ?? Promise.resolve()).finally(() => process.exit(0));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid !== engine) end();
  }, ORPHAN_CHECK_INTERVAL).unref();
}
