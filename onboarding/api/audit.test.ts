import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { TestClient } from "./testing/client";
import { FakeService, HEAD } from "./testing/fakes";

describe("the API's verification of the audit log", () => {
  let issuer: TestIssuer;
  let service: FakeService;
  let client: TestClient;

  before(async () => {
    issuer = await startIssuer();
  });
  beforeEach(async () => {
    service = new FakeService();
    client = new TestClient(service.api(issuer.url), await issuer.token(["auditor"]));
  });
  after(() => issuer.close());

  const PATH = "GET /v1/audit/verification";

  it("runs once for all who ask at the same time, and anew for who asks later", async () => {
    service.verifying = sleep(500);
    const asked = await Promise.all(Array.from({ length: 20 }, () => client.send(PATH)));
    expect(asked.map(({ status }) => status)).to.deep.equal(Array.from({ length: 20 }, () => 200));
    expect(service.verifications).to.equal(1);
    await client.send(PATH);
    expect(service.verifications).to.equal(2);
  });

  it("fails for those alone who asked while it failed", async () => {
    service.failure = new Error("no");
    expect((await client.send(PATH)).status).to.equal(500);
    service.failure = undefined;
    expect((await client.send(PATH)).status).to.equal(200);
  });

  for (const [what, head, intact] of [
    ["has", HEAD, true],
    ["does not have", `4:${"b".repeat(64)}`, false],
  ] as const) {
    it(`says that the log ${what} an earlier head`, async () => {
      const answer: unknown = await (await client.send(`${PATH}?head=${head}`)).json();
      expect(answer).to.deep.equal({ intact, entries: 4, head: HEAD, hasEarlierHead: intact });
    });
  }

  for (const head of ["4", `x:${"a".repeat(64)}`, `4:${"g".repeat(64)}`, `04:${"a".repeat(64)}`]) {
    it(`refuses the head '${head.slice(0, 8)}'`, async () => {
      expect(await client.problem(`${PATH}?head=${head}`)).to.deep.include({ status: 400 });
    });
  }
});
