import { expect } from "chai";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { PROBLEM_BASE } from "../lifecycle";
import { type Sent, TestClient } from "./testing/client";
import { FakeService, specOf } from "./testing/fakes";

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** Requests that are wrong, each with the problem's type and the field it names. */
const WRONG: readonly [name: string, request: string, sent: Sent, type: string, field?: string][] = [
  ["a body that is too large", "POST /v1/tenants", { text: `"${"x".repeat(70_000)}"` }, "body-too-large"],
  ["a body that is too deep", "POST /v1/tenants", { text: nested(17) }, "invalid-request"],
  ["a body that is very deep", "POST /v1/tenants", { text: nested(30_000) }, "invalid-request"],
  ["a body that is cut off", "POST /v1/tenants", { text: '{"id":"ac' }, "invalid-request"],
  ["an empty body", "POST /v1/tenants", { text: "" }, "invalid-spec", "id"],
  ["no body", "POST /v1/tenants", {}, "invalid-spec", "id"],
  [
    "a body that is not UTF-8",
    "POST /v1/tenants",
    { text: new Uint8Array([34, 0xff, 34]) },
    "invalid-request",
  ],
  ["null", "POST /v1/tenants", { text: "null" }, "invalid-spec"],
  ["a list", "POST /v1/tenants", { text: "[]" }, "invalid-spec"],
  [
    "a form",
    "POST /v1/tenants",
    { text: "id=acme", headers: { "Content-Type": "application/x-www-form-urlencoded" } },
    "unsupported-media-type",
  ],
  [
    "text",
    "POST /v1/tenants",
    { text: "{}", headers: { "Content-Type": "text/plain" } },
    "unsupported-media-type",
  ],
  [
    "another charset",
    "POST /v1/tenants",
    { text: "{}", headers: { "Content-Type": "application/json; charset=utf-16" } },
    "unsupported-media-type",
  ],
  [
    "a packed body",
    "POST /v1/tenants",
    { text: "{}", headers: { "Content-Encoding": "gzip" } },
    "unsupported-media-type",
  ],
  ["a NUL", "POST /v1/tenants", { text: '{"name":"a\\u0000b"}' }, "invalid-request", "name"],
  ["half a surrogate pair", "POST /v1/tenants", { text: '{"name":"\\ud800"}' }, "invalid-request", "name"],
  ["a prototype", "POST /v1/tenants", { text: '{"__proto__":{"admin":true}}' }, "invalid-request", ""],
  [
    "an id with traversal",
    "POST /v1/tenants",
    { json: { ...specOf("acme"), id: "../acme" } },
    "invalid-spec",
    "id",
  ],
  [
    "an id with a look-alike",
    "POST /v1/tenants",
    { json: { ...specOf("acme"), id: "аcme" } },
    "invalid-spec",
    "id",
  ],
  [
    "an id in capitals",
    "POST /v1/tenants",
    { json: { ...specOf("acme"), id: "ACME" } },
    "invalid-spec",
    "id",
  ],
  [
    "a reserved id",
    "POST /v1/tenants",
    { json: { ...specOf("acme"), id: "kube-system" } },
    "invalid-spec",
    "id",
  ],
  ["a number as an id", "POST /v1/tenants", { json: { ...specOf("acme"), id: 7 } }, "invalid-spec", "id"],
  [
    "a wrong size, deep down",
    "POST /v1/tenants",
    { json: { ...specOf("acme"), database: { engine: "postgres", size: "huge" } } },
    "invalid-spec",
    "database.size",
  ],
  [
    "an unknown field",
    "POST /v1/tenants",
    { json: { ...specOf("acme"), role: "admin" } },
    "invalid-spec",
    "role",
  ],
  [
    "a tier that is not offered",
    "POST /v1/tenants",
    { json: { ...specOf("acme"), tier: "pool" } },
    "invalid-spec",
    "tier",
  ],
  [
    "a misspelt dry run",
    "POST /v1/tenants?dryrun=true",
    { json: specOf("acme") },
    "invalid-request",
    "dryrun",
  ],
  ["a dry run of maybe", "POST /v1/tenants?dryRun=1", { json: specOf("acme") }, "invalid-request", "dryRun"],
  [
    "a key that is too long",
    "POST /v1/tenants",
    { json: specOf("acme"), headers: { "Idempotency-Key": "k".repeat(256) } },
    "invalid-request",
    "Idempotency-Key",
  ],
  ["traversal in a path", "GET /v1/tenants/..%2Facme", {}, "invalid-request", "id"],
  ["a look-alike in a path", "GET /v1/tenants/%D0%B0cme", {}, "invalid-request", "id"],
  ["a NUL in a path", "GET /v1/tenants/acme%00", {}, "invalid-request", "id"],
  ["half an escape in a path", "GET /v1/tenants/acme%", {}, "invalid-request", "id"],
  ["an id without end", `GET /v1/tenants/${"a".repeat(5000)}`, {}, "invalid-request", "id"],
  ["SQL in an operation's id", "GET /v1/operations/1'%20or%20'1'='1", {}, "invalid-request", "id"],
  ["a limit of 0", "GET /v1/tenants?limit=0", {}, "invalid-request", "limit"],
  ["a limit of 201", "GET /v1/tenants?limit=201", {}, "invalid-request", "limit"],
  ["a limit in hexadecimal", "GET /v1/tenants?limit=0x10", {}, "invalid-request", "limit"],
  ["two limits", "GET /v1/tenants?limit=1&limit=2", {}, "invalid-request", "limit"],
  ["an unknown phase", "GET /v1/tenants?phase=dead", {}, "invalid-request", "phase"],
  ["an unknown filter", "GET /v1/tenants?name=acme", {}, "invalid-request", "name"],
  ["a cursor of nobody's", "GET /v1/audit?after=a%00b", {}, "invalid-request", "after"],
  ["control characters in an actor", "GET /v1/audit?actor=a%0Ab", {}, "invalid-request", "actor"],
  [
    "an unknown field of a change",
    "POST /v1/tenants/acme/suspend",
    { json: { force: true } },
    "invalid-request",
    "force",
  ],
  [
    "a retention without end",
    "POST /v1/tenants/acme/offboard",
    { json: { retentionDays: 1e9 } },
    "invalid-request",
    "retentionDays",
  ],
  [
    "a forced purge of 'yes'",
    "POST /v1/tenants/acme/purge",
    { json: { force: "yes" } },
    "invalid-request",
    "force",
  ],
  ["no address", "POST /v1/webhooks", { json: {} }, "invalid-request", "url"],
  [
    "an If-Match of nothing",
    "POST /v1/tenants/acme/suspend",
    { headers: { "If-Match": "3" } },
    "invalid-request",
    "If-Match",
  ],
  ["an update without If-Match", "PATCH /v1/tenants/acme", { json: {} }, "precondition-required", "If-Match"],
  [
    "an update of an old version",
    "PATCH /v1/tenants/acme",
    { json: {}, headers: { "If-Match": '"2"' } },
    "precondition-failed",
    "If-Match",
  ],
  [
    "a weak If-Match",
    "PATCH /v1/tenants/acme",
    { json: {}, headers: { "If-Match": 'W/"3"' } },
    "precondition-failed",
    "If-Match",
  ],
  [
    "a patch to a wrong spec",
    "PATCH /v1/tenants/acme",
    { json: { size: null }, headers: { "If-Match": '"3"' } },
    "invalid-spec",
    "size",
  ],
  [
    "a patch that is no object",
    "PATCH /v1/tenants/acme",
    { json: [], headers: { "If-Match": '"3"' } },
    "invalid-spec",
  ],
  [
    "a patch of the id",
    "PATCH /v1/tenants/acme",
    { json: { id: "globex" }, headers: { "If-Match": '"3"' } },
    "immutable-field",
    "id",
  ],
  ["a tenant that is not there", "GET /v1/tenants/nobody", {}, "not-found"],
  ["a webhook that is not there", "DELETE /v1/webhooks/wh_2", {}, "not-found"],
  ["a delivery that is not there", "POST /v1/webhooks/wh_1/deliveries/evt_2/resend", {}, "not-found"],
  [
    "an event that is not there, by an id as events have them",
    "POST /v1/webhooks/wh_1/deliveries/op_2:bring-back:finished/resend",
    {},
    "not-found",
  ],
  ["an unknown path", "GET /v1/tenant", {}, "not-found"],
  ["another method", "PUT /v1/tenants", { json: {} }, "method-not-allowed"],
  [
    "a Last-Event-ID that is no number",
    "GET /v1/operations/op_acme/stream",
    { headers: { "Last-Event-ID": "-1" } },
    "invalid-request",
    "Last-Event-ID",
  ],
];

describe("bad input", () => {
  let issuer: TestIssuer;
  let token: string;

  before(async () => {
    issuer = await startIssuer();
    token = await issuer.token(["admin"]);
  });
  after(() => issuer.close());

  for (const [name, request, sent, type, field] of WRONG) {
    it(`is told what is wrong with ${name}`, async () => {
      const service = new FakeService();
      const problem = await new TestClient(service.api(issuer.url), token).problem(request, sent);
      expect(problem.type, problem.detail).to.equal(`${PROBLEM_BASE}${type}`);
      expect(problem.status).to.be.within(400, 499);
      if (field !== undefined) expect(problem.fields?.map((each) => each.field)).to.include(field);
      expect(service.started, "began something").to.deep.equal([]);
    });
  }

  it("names every wrong field of a spec at once, each with its value and what was expected", async () => {
    const { fields } = await new TestClient(new FakeService().api(issuer.url), token).problem(
      "POST /v1/tenants",
      {
        json: { ...specOf("acme"), contact: "nobody", size: "huge", operators: { principalArns: ["me"] } },
      },
    );
    expect(fields).to.deep.equal([
      { field: "contact", message: "contact is 'nobody': expected an e-mail address" },
      { field: "size", message: "size is 'huge': expected 'small', 'medium', 'large'" },
      {
        field: "operators.principalArns",
        message: "operators.principalArns.0 is 'me': expected the ARN of an IAM role or user",
      },
    ]);
  });

  it("names the methods that a path takes", async () => {
    const response = await new TestClient(new FakeService().api(issuer.url), token).send(
      "DELETE /v1/tenants/acme",
    );
    expect(response.status).to.equal(405);
    expect(response.headers.get("Allow")).to.equal("GET, PATCH");
  });
});
