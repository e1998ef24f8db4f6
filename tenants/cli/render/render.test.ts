import { expect } from "chai";
import type { EngineEvent, OperationResult } from "../../engine";
import { JsonReporter } from "./json";
import { LiveReporter } from "./live";
import { PlainReporter } from "./plain";

const KEY = { urn: "urn:key", type: "aws:kms/key:Key", name: "acme" };

const RESULT: OperationResult = {
  changes: { create: 2, same: 1 },
  changed: true,
  steps: [],
  outputs: {
    host: { value: "acme.example.com", secret: false, known: true },
    password: { value: "s3cret", secret: true, known: true },
  },
  violations: [],
  recovered: [],
  durationMs: 1234,
};

/** Keeps what is written. */
class Paper {
  text = "";
  columns = 80;
  write(text: string): void {
    this.text += text;
  }
}

function plain(...events: EngineEvent[]): string {
  const out = new Paper();
  const reporter = new PlainReporter(out, new Paper());
  for (const event of events) reporter.event("acme", event);
  return out.text;
}

describe("lines in a pipe", () => {
  it("tell that work begins and ends", () => {
    const step = { ...KEY, operation: "create", planned: false, changed: [] } as const;
    expect(plain({ kind: "resource-pre", ...step }, { kind: "resource-outputs", ...step })).to.equal(
      "acme: creating aws:kms/key:Key acme\nacme: created aws:kms/key:Key acme\n",
    );
  });

  it("tell what would be done, and what differs", () => {
    expect(
      plain({ kind: "resource-pre", ...KEY, operation: "update", planned: true, changed: ["tags"] }),
    ).to.equal("acme: would be updated: aws:kms/key:Key acme (tags)\n");
  });

  it("keep what is unchanged to themselves", () => {
    expect(
      plain({ kind: "resource-outputs", ...KEY, operation: "same", planned: false, changed: [] }),
    ).to.equal("");
  });

  it("begin with the tenant, each of them", () => {
    expect(plain({ kind: "diagnostic", severity: "warning", message: "one\ntwo" })).to.equal(
      "acme: warning: one\nacme: two\n",
    );
  });

  it("sum up", () => {
    const out = new Paper();
    new PlainReporter(out, new Paper()).done("acme", RESULT);
    expect(out.text).to.equal("acme: done: 2 created, 1 unchanged in 1.2 s\n");
  });

  it("tell of a failure where errors go", () => {
    const [out, err] = [new Paper(), new Paper()];
    new PlainReporter(out, err).failed("acme", { code: 4, error: "StackLockedError", message: "locked" });
    expect([out.text, err.text]).to.deep.equal(["", "acme: locked\n"]);
  });
});

describe("lines for a machine", () => {
  it("are JSON, a document each, and hold no secret", () => {
    const out = new Paper();
    const reporter = new JsonReporter(out);
    reporter.begin("acme", "up");
    reporter.done("acme", RESULT);
    const [begin, result] = out.text
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(begin).to.deep.equal({ type: "begin", tenant: "acme", operation: "up" });
    expect(result).to.have.nested.property("result.outputs.host", "acme.example.com");
    expect(result).to.have.nested.property("result.outputs.password", "[secret]");
    expect(out.text).not.to.include("s3cret");
  });

  it("tell of a failure as data", () => {
    const out = new Paper();
    new JsonReporter(out).failed("acme", { code: 3, error: "E", message: "m", details: { violations: [] } });
    expect(JSON.parse(out.text)).to.deep.equal({
      type: "error",
      tenant: "acme",
      code: 3,
      error: "E",
      message: "m",
      violations: [],
    });
  });
});

describe("lines at a terminal", () => {
  it("leave the summary to be read, and nothing of what was drawn in place", () => {
    const terminal = new Paper();
    const reporter = new LiveReporter(terminal);
    reporter.begin("acme", "up");
    reporter.event("acme", {
      kind: "resource-pre",
      ...KEY,
      operation: "create",
      planned: false,
      changed: [],
    });
    reporter.done("acme", RESULT);
    reporter.end();
    expect(terminal.text.endsWith("✔ acme: 2 created, 1 unchanged in 1.2 s\n")).to.equal(true);
  });

  it("are cut to the terminal's width", () => {
    const terminal = new Paper();
    terminal.columns = 20;
    const reporter = new LiveReporter(terminal);
    reporter.begin("acme", "up");
    reporter.note("n");
    reporter.end();
    const drawn = terminal.text.split("\n").filter((line) => line.includes("acme"));
    expect(drawn.length).to.equal(1);
    expect(drawn.every((line) => line.length <= 19)).to.equal(true);
  });
});
