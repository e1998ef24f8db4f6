import { SpanStatusCode, context, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { expect } from "chai";
import type { EngineEvent, ResourceOperation } from "../../tenants/engine";
import { ResourceSpans } from "./resource-spans";

const resource = (name: string) => ({
  urn: `urn:pulumi:acme::tenants::aws:kms/key:Key::${name}`,
  type: "aws:kms/key:Key",
  name,
});

const pre = (name: string, operation: ResourceOperation = "create", planned = false): EngineEvent => ({
  kind: "resource-pre",
  ...resource(name),
  operation,
  planned,
  changed: [],
});

const outputs = (name: string, operation: ResourceOperation = "create"): EngineEvent => ({
  kind: "resource-outputs",
  ...resource(name),
  operation,
  planned: false,
  changed: [],
});

describe("spans of resource operations", () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

  before(() => provider.register({ propagator: null }));
  beforeEach(() => exporter.reset());
  after(async () => {
    await provider.shutdown();
    trace.disable();
    context.disable();
  });

  /** What spans become of events, in a step whose span is the parent. */
  function spansOf(...events: readonly EngineEvent[]) {
    const step = trace.getTracer("test").startSpan("onboard provision");
    const spans = context.with(trace.setSpan(context.active(), step), () => new ResourceSpans());
    // The engine's stream is read in another context.
    for (const event of events) spans.take(event);
    spans.end();
    step.end();
    const finished = exporter.getFinishedSpans().filter(({ name }) => name !== "onboard provision");
    for (const { parentSpanId } of finished) expect(parentSpanId).to.equal(step.spanContext().spanId);
    return finished.map(({ name, attributes, status }) => ({
      name,
      of: attributes["pulumi.name"],
      failed: status.code === SpanStatusCode.ERROR ? status.message : undefined,
    }));
  }

  it("has one below the step for each that does something", () => {
    const events = [pre("one"), pre("two", "update"), outputs("two", "update"), outputs("one")];
    expect(spansOf(...events)).to.deep.equal([
      { name: "update aws:kms/key:Key", of: "two", failed: undefined },
      { name: "create aws:kms/key:Key", of: "one", failed: undefined },
    ]);
  });

  it("has none for what is only looked at or planned", () => {
    expect(spansOf(pre("one", "same"), pre("two", "read"), pre("three", "create", true))).to.deep.equal([]);
  });

  it("keeps the operations of a replacement apart", () => {
    const events = [
      pre("one", "create-replacement"),
      pre("one", "delete-replaced"),
      outputs("one", "create-replacement"),
      outputs("one", "delete-replaced"),
    ];
    expect(spansOf(...events).map(({ name }) => name)).to.deep.equal([
      "create-replacement aws:kms/key:Key",
      "delete-replaced aws:kms/key:Key",
    ]);
  });

  it("says which failed and which were cut off", () => {
    const failed: EngineEvent = { kind: "resource-failed", ...resource("one"), operation: "create" };
    expect(spansOf(pre("one"), pre("two"), failed)).to.deep.equal([
      { name: "create aws:kms/key:Key", of: "one", failed: "the engine says that it failed" },
      { name: "create aws:kms/key:Key", of: "two", failed: "interrupted" },
    ]);
  });
});
