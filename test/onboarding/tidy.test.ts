import { DBOSClient } from "@dbos-inc/dbos-sdk";
import { expect } from "chai";
import { type Operation, changeTenant } from "../../onboarding/registry";
import { OperationQueue } from "../../onboarding/workflows";
import { finish } from "../../onboarding/workflows/transitions";
import { sendTo } from "./api-on-registry";
import { ORIGIN, RegistryWorld, specOf } from "./registry-world";

const DAY_MS = 24 * 3_600_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

describe("what is old, on a real PostgreSQL", function () {
  this.timeout(60_000);
  const world = new RegistryWorld();

  before(() => world.begin());
  beforeEach(() => world.fresh());
  after(() => world.end());

  const tidy = (days: number) => world.registry.tidy(inDays(days));
  const count = async (table: string, where = "true") => {
    const { rows } = await world.registry.pool.query<{ count: number }>(
      `select count(*)::int as count from ${table} where ${where}`,
    );
    return rows[0]?.count ?? 0;
  };
  const send = (request: string, headers: Record<string, string> = {}, json?: unknown) =>
    sendTo(world, request, { headers, json });

  describe("progress", () => {
    let ended: Operation;

    beforeEach(async () => {
      ended = await world.onboard("acme");
      await world.carriesOut(ended);
    });

    it("is kept for 90 days after the operation's end, and for as long as it is open", async () => {
      const open = await world.onboard("globex");
      await world.begins(open);
      await world.turn(open.id).note([{ kind: "message", data: {} }]);
      const linesOf = async ({ id }: Operation) =>
        (await world.registry.operations.progress(id, 0, 10)).length;
      expect(await tidy(89)).to.include({ progress: 0 });
      expect(await linesOf(ended)).to.be.above(0);
      expect((await tidy(91)).progress).to.be.above(0);
      expect([await linesOf(ended), await linesOf(open)]).to.deep.equal([0, 1]);
    });

    it("is deleted in batches, all of it", async () => {
      await world.registry.pool.query(
        "insert into tenantry.progress select $1, 1000 + n, 'message', '{}' from generate_series(1, 2500) n",
        [ended.id],
      );
      expect((await tidy(91)).progress).to.be.above(2500);
      expect(await count("tenantry.progress")).to.equal(0);
    });

    it("that is gone is a stream without more, of an operation that still tells how it ended", async () => {
      const path = `/v1/operations/${ended.id}`;
      expect((await send(`GET ${path}/stream`)).status).to.equal(200);
      await tidy(91);
      expect((await send(`GET ${path}/stream`)).status).to.equal(204);
      expect((await send(`GET ${path}/stream`, { "Last-Event-ID": "1" })).status).to.equal(204);
      expect(await (await send(`GET ${path}`)).json()).to.include({ id: ended.id, status: "succeeded" });
    });
  });

  it("does not touch a purged tenant, the certificate of its purge, or the audit log", async () => {
    await world.carriesOut(await world.onboard("acme"));
    await world.registry.transaction((tx) =>
      changeTenant(tx, "acme", { presence: "retained", phase: "retained" }),
    );
    const { operation } = await world.start("purge", { force: true });
    const certificate = { tenant: "acme", deleted: [{ what: "key", id: "k" }] };
    await world.begins(operation);
    await world
      .turn(operation.id)
      .settle((tx, locked) => finish(tx, locked, { certify: { certificate } }, world.enqueue));
    const entries = await count("tenantry.audit");
    await tidy(5000);
    expect(await (await send(`GET /v1/operations/${operation.id}`)).json())
      .to.have.property("result")
      .that.deep.equals({ certificate });
    expect(await (await send("GET /v1/tenants/acme")).json()).to.include({ phase: "purged" });
    expect(await world.registry.audit.verify()).to.include({ entries });
    expect(await (await send("GET /v1/tenants/acme/events")).json()).to.deep.equal({ items: [] });
  });

  describe("deliveries and events", () => {
    let webhook: string;

    beforeEach(async () => {
      webhook = await world.registry.transaction(async (tx) => {
        const made = await world.registry.webhooks.create(
          tx,
          { url: "https://a.example", types: ["tenant.requested"] },
          ORIGIN,
        );
        return made.webhook.id;
      });
      for (const id of ["acme", "globex", "initech"]) await world.onboard(id);
      const [delivered, dead] = await world.registry.deliveries.claim(2);
      if (delivered === undefined || dead === undefined) throw new Error("nothing was claimed");
      await world.registry.deliveries.succeed(delivered);
      await world.registry.deliveries.fail(dead, "gone", "dead");
    });

    const statuses = async () => {
      const { items } = await world.registry.webhooks.deliveries(webhook, { limit: 10 });
      return items.map(({ status }) => status).sort();
    };

    it("are kept for 90 and 400 days, and for as long as they are to be delivered", async () => {
      expect(await tidy(89)).to.include({ deliveries: 0, events: 0 });
      expect(await statuses()).to.deep.equal(["dead", "delivered", "pending"]);
      expect(await tidy(91)).to.include({ deliveries: 2, events: 0 });
      expect(await statuses()).to.deep.equal(["pending"]);
      expect(await tidy(399)).to.include({ events: 0 });
      expect(await tidy(401)).to.include({ deliveries: 0, events: 5 });
      expect(await world.registry.deliveries.claim(9)).to.have.length(1);
      expect(await statuses()).to.deep.equal(["pending"]);
    });

    it("leave the numbers of a tenant's events as they are", async () => {
      await tidy(401);
      await world.carriesOut(await world.onboard("hooli"));
      const before = (await world.registry.events.list({ tenantId: "hooli", limit: 50 })).items;
      await world.registry.pool.query("delete from tenantry.deliveries");
      await tidy(401);
      await world.carriesOut(
        (
          await world.registry.transaction((tx) =>
            world.requests.start(tx, "hooli", "refresh", {}, ORIGIN, { whenBusy: "refuse" }),
          )
        ).operation,
      );
      const [next] = (await world.registry.events.list({ tenantId: "hooli", limit: 1 })).items;
      expect(next?.sequence).to.equal((before.at(-1)?.sequence ?? 0) + 1);
    });
  });

  it("gives an idempotent request its answer again for a week, whatever else was deleted", async () => {
    const order = () => send("POST /v1/tenants", { "Idempotency-Key": "one" }, specOf("acme"));
    const first = await order();
    const body: unknown = await first.json();
    await tidy(6);
    const again = await order();
    expect([again.status, again.headers.get("Idempotency-Replayed"), await again.json()]).to.deep.equal([
      202,
      "true",
      body,
    ]);
    expect(await tidy(8)).to.include({ idempotency: 1 });
    expect((await order()).status, "a tenant of that id is there").to.equal(409);
  });

  describe("workflows", () => {
    let queue: OperationQueue;

    beforeEach(async () => (queue = await OperationQueue.open(world.url, world.registry.pool)));
    afterEach(() => queue.close());

    it("that came to their end are deleted with all that belongs to them; open ones and broken ones stay", async () => {
      const client = await DBOSClient.create({ systemDatabaseUrl: world.url, applicationName: "tenantry" });
      const operations = new Map<string, string>();
      for (const status of ["SUCCESS", "ERROR", "PENDING", "ENQUEUED"]) {
        const operation = await world.onboard(`tenant-${status.toLowerCase()}`);
        await world.registry.transaction((tx) => queue.enqueue(tx, operation, 1));
        await world.registry.pool.query(
          "update dbos.workflow_status set status = $2, completed_at = $3 where workflow_uuid = $1",
          [operation.id, status, status === "SUCCESS" || status === "ERROR" ? Date.now() : null],
        );
        operations.set(status, operation.id);
      }
      expect(await queue.forget(inDays(-1))).to.equal(0);
      expect(await queue.forget(inDays(1))).to.equal(1);
      const left = (await client.listWorkflows({})).map(({ status }) => status).sort();
      await client.destroy();
      expect(left).to.deep.equal(["ENQUEUED", "ERROR", "PENDING"]);
      const gone = `workflow_uuid = '${operations.get("SUCCESS")}'`;
      expect(await count("dbos.workflow_input", gone)).to.equal(0);
      expect(await count("dbos.workflow_input")).to.equal(3);
    });
  });
});
