import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Shows a warning about a resource to whoever runs the program. Never fails. */
export type Warn = (urn: string, message: string) => Promise<void>;

/**
 * Warnings by way of the engine, which shows nothing of what a plugin writes to its standard error.
 *
 * @param address the engine's, as it gives it to its plugins as their first argument
 */
export function warnThrough(address: string | undefined): Warn {
  if (address === undefined) return () => Promise.resolve();
  let client: EngineClient | undefined;
  return (urn, message) => {
    client ??= new EngineClient(address, credentials.createInsecure());
    const request = new LogRequest().setSeverity(LogSeverity.WARNING).setUrn(urn).setMessage(message);
    const engine = client;
    return new Promise((resolve) => void engine.log(request, () => resolve()));
  };
}
