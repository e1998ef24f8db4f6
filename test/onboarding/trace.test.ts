import { context, propagation, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { expect } from "chai";
import { z } from "zod";
import { Run } from "../../onboarding/workflows/run";
import { runStep } from "../../onboarding/workflows/run-step";
import { told } from "../../onboarding/workflows/stack";
import { UnderWay } from "../../onboarding/workflows/under-way";
import { sendTo } from "./api-on-registry";
import { StepWorld } from "./step-world";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER = "00f067aa0ba902b7";

const acceptedSchema = z.object({ id: z.string() });

describe("a trace, on a real registry", function () {
  this.timeout(60_000);
  const world = new StepWorld();
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

  before(async () => {
    await world.begin();
    await world.fresh();
    await world.onboarded("acme");
    provider.register();
  });
  after(async () => {
    await provider.shutdown();
    trace.disable();
    context.disable();
    propagation.disable();
    await world.end();
  });

  it("goes from the caller's request through the registry to a worker's step and its resources", async () => {
    const answer = await sendTo(world, "POST /v1/tenants/acme/repair", {
      headers: { traceparent: `00-${TRACE}-${CALLER}-01` },
      json: {},
    });
    const { id } = acceptedSchema.parse(await answer.json());

    const { signal } = new AbortController();
    const holder = { worker: "worker-1", isGone: () => Promise.resolve(true) };
    const surroundings = { shop: await world.shop(), holder, ending: signal, underWay: new UnderWay() };
    const operation = await world.registry.operations.find(id);
    if (operation === undefined) throw new Error("the operation is not there");
    await world.begins(operation);
    const type = "aws:kms/key:Key";
    const resource = { urn: `urn:pulumi:acme::tenants::${type}::acme`, type, name: "acme" };
    const change = { ...resource, operation: "create", planned: false, changed: [] } as const;
    const end = await runStep(
      new Run(surroundings, id),
      {
        name: "repair",
        run: (job) => {
          const tell = told(job);
          tell({ kind: "resource-pre", ...change });
          tell({ kind: "resource-outputs", ...change });
          return Promise.resolve({});
        },
      },
      {},
    );
    expect(end).to.deep.equal({ result: {} });

    const spans = exporter.getFinishedSpans();
    const named = (name: string) => spans.find((span) => span.name === name);
    const request = named("POST /v1/tenants/{id}/repair");
    const step = named("repair repair");
    const created = named(`create ${type}`);
    expect(spans).to.have.length(3);
    expect(spans.map((span) => span.spanContext().traceId)).to.deep.equal([TRACE, TRACE, TRACE]);
    expect(request?.parentSpanId).to.equal(CALLER);
    expect(step?.parentSpanId).to.equal(request?.spanContext().spanId);
    expect(created?.parentSpanId).to.equal(step?.spanContext().spanId);
    expect(step?.attributes).to.include({ "tenantry.operation": id, "tenantry.tenant": "acme" });
  });
});
