import { expect } from "chai";
import { parseWireEvent } from "./wire-events";

const URN = "urn:pulumi:acme::tenants::pkg:index:Silo$aws:kms/key:Key::acme-key";

const wire = (event: object): string =>
  `${JSON.stringify({ sequence: 1, timestamp: 1795423526, ...event })}\n`;

const step = (op: string, more: object = {}) => ({
  metadata: {
    op,
    urn: URN,
    type: "aws:kms/key:Key",
    diffs: null,
    detailedDiff: null,
    old: null,
    new: null,
    ...more,
  },
});

describe("an event of the log", () => {
  it("tells that work on a resource begins", () => {
    expect(parseWireEvent(wire({ resourcePreEvent: step("update", { diffs: ["tags"] }) }))).to.deep.equal({
      kind: "resource-pre",
      urn: URN,
      type: "aws:kms/key:Key",
      name: "acme-key",
      operation: "update",
      planned: false,
      changed: ["tags"],
    });
  });

  it("tells a plan from an act", () => {
    const event = parseWireEvent(wire({ resourcePreEvent: { ...step("create"), planning: true } }));
    expect(event).to.include({ kind: "resource-pre", planned: true });
  });

  it("takes what differs from the detailed diff where the short one is missing", () => {
    const detailedDiff = { "tags.env": { diffKind: "update", inputDiff: true } };
    const event = parseWireEvent(wire({ resOutputsEvent: step("update", { detailedDiff }) }));
    expect(event).to.deep.include({ kind: "resource-outputs", changed: ["tags.env"] });
  });

  it("tells that a resource failed", () => {
    expect(
      parseWireEvent(wire({ resOpFailedEvent: { ...step("create"), status: 0, steps: 0 } })),
    ).to.deep.equal({
      kind: "resource-failed",
      urn: URN,
      type: "aws:kms/key:Key",
      name: "acme-key",
      operation: "create",
    });
  });

  it("tells a diagnostic", () => {
    const diagnosticEvent = { urn: URN, message: "denied\n", severity: "error", color: "never" };
    expect(parseWireEvent(wire({ diagnosticEvent }))).to.deep.equal({
      kind: "diagnostic",
      severity: "error",
      message: "denied",
      urn: URN,
    });
  });

  it("tells an ephemeral diagnostic as progress", () => {
    const diagnosticEvent = {
      urn: URN,
      message: "waiting",
      severity: "info#err",
      ephemeral: true,
      color: "never",
    };
    expect(parseWireEvent(wire({ diagnosticEvent }))).to.deep.equal({
      kind: "resource-progress",
      urn: URN,
      type: "aws:kms/key:Key",
      name: "acme-key",
      message: "waiting",
    });
  });

  it("keeps what only someone who debugs Pulumi reads to itself", () => {
    const diagnosticEvent = { message: "Registering resource", color: "never", severity: "debug" };
    expect(parseWireEvent(wire({ diagnosticEvent }))).to.equal(undefined);
  });

  it("tells a policy's objection", () => {
    const policyEvent = {
      resourceUrn: URN,
      message: "no\n",
      color: "never",
      policyName: "required-tags",
      policyPackName: "guardrails",
      policyPackVersion: "1",
      policyPackVersionTag: "1",
      enforcementLevel: "mandatory",
    };
    expect(parseWireEvent(wire({ policyEvent }))).to.deep.equal({
      kind: "policy",
      violation: { pack: "guardrails", policy: "required-tags", level: "mandatory", urn: URN, message: "no" },
    });
  });

  it("tells the summary, without operations that touched nothing", () => {
    const summaryEvent = { durationSeconds: 3, resourceChanges: { create: 2, same: 0 }, maybeCorrupt: false };
    expect(parseWireEvent(wire({ summaryEvent }))).to.deep.equal({
      kind: "summary",
      changes: { create: 2 },
      seconds: 3,
    });
  });

  it("is skipped where it tells only what policies passed", () => {
    expect(parseWireEvent(wire({ policyAnalyzeSummaryEvent: { passed: ["a"] } }))).to.equal(undefined);
  });

  it("is refused where it names an operation that is not known", () => {
    expect(() => parseWireEvent(wire({ resourcePreEvent: step("transmute") }))).to.throw("transmute");
  });
});
