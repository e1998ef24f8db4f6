import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { version } from "@pulumi/pulumi/package.json";
import { Children } from "./children";
import { languageRuntime } from "./service";

/** As the engine's own plugins: a state or a program's configuration may be hundreds of megabytes. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * Serves the engine that started this process: prints the port as the first line, then answers until the engine closes
 * standard input or sends a signal. The last argument is the engine's address; flags before it concern logging.
 */
export function main(): void {
  const engineAddress = process.argv.at(-1) ?? "";
  const children = new Children();
  const leave = (): never => {
    children.killAll();
    process.exit(0);
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);
  // The engine holds the other end; it is closed when the engine ends, be it killed.
  process.stdin.resume().on("end", leave).on("error", leave);

  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(LanguageRuntimeService, languageRuntime({ engineAddress, version, children }));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      process.stderr.write(`The language host cannot listen on 127.0.0.1: ${error.message}\n`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
}
