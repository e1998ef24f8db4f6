import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { Resource } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

/** Spans that are on their way out. */
export interface Tracing {
  /** Sends what has not been sent yet. */
  close(): Promise<void>;
}

/**
 * Sends traces to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, from request to resource operation. Without that
 * variable nothing is recorded.
 *
 * @param role `api` or `worker`; part of the service's name
 */
export function startTracing(
  role: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Tracing | undefined {
  if ((environment["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "") === "") return undefined;
  const provider = new NodeTracerProvider({
    resource: new Resource({ "service.name": `tenantry-${role}` }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  return { close: () => provider.shutdown() };
}
