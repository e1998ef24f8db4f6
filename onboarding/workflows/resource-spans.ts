import { type Span, SpanStatusCode, context, trace } from "@opentelemetry/api";
import type { EngineEvent, ResourceOperation } from "../../tenants/engine";

/** Operations in which nothing is done. */
const IDLE: ReadonlySet<ResourceOperation> = new Set(["same", "read"]);

/**
 * Makes a span of each resource operation, from the engine's events. They come in whatever context the engine's stream is
 * read in, so the parent is the span that was active when this was made.
 */
export class ResourceSpans {
  private readonly parent = context.active();
  private readonly open = new Map<string, Span>();
  private ended = false;

  /** Takes an event. */
  take(event: EngineEvent): void {
    switch (event.kind) {
      case "resource-pre":
        if (!event.planned && !IDLE.has(event.operation) && !this.ended) this.begin(event);
        break;
      case "resource-outputs":
        this.close(event);
        break;
      case "resource-failed":
        this.close(event, "the engine says that it failed");
        break;
      default:
    }
  }

  /** Ends what is still open: the engine was interrupted, and tells no more of it. */
  end(): void {
    this.ended = true;
    for (const span of this.open.values()) finish(span, "interrupted");
    this.open.clear();
  }

  private begin({ urn, type, name, operation }: Extract<EngineEvent, { kind: "resource-pre" }>): void {
    const span = trace.getTracer("tenantry.onboarding").startSpan(
      `${operation} ${type}`,
      {
        attributes: {
          "pulumi.urn": urn,
          "pulumi.type": type,
          "pulumi.name": name,
          "pulumi.operation": operation,
        },
      },
      this.parent,
    );
    this.open.set(keyOf({ urn, operation }), span);
  }

  private close(event: { urn: string; operation: ResourceOperation }, failure?: string): void {
    const span = this.open.get(keyOf(event));
    if (span === undefined) return;
    this.open.delete(keyOf(event));
    finish(span, failure);
  }
}

/** A replacement is several operations on one resource. */
function keyOf({ urn, operation }: { urn: string; operation: ResourceOperation }): string {
  return `${operation} ${urn}`;
}

function finish(span: Span, failure?: string): void {
  if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end();
}
