import { expect } from "chai";
import {
  type AuditEntry,
  type Delivery,
  type Operation,
  type Page,
  type Tenant,
  type TenantEvent,
  changeTenant,
  nameOf,
} from "../../onboarding/registry";
import { failureOf, problemOf } from "./refusal";
import { ORIGIN, RegistryWorld, specOf } from "./registry-world";

/** What a list is asked for. */
interface Asked {
  readonly after?: string;
  readonly limit: number;
}

const cursor = (list: string, text: string) => Buffer.from(`${list}:${text}`).toString("base64url");

const BOB = { ...ORIGIN, actor: { ...ORIGIN.actor, subject: "bob" } };

describe("lists, on a real PostgreSQL", () => {
  const world = new RegistryWorld();
  const all = { limit: 100 };
  let webhook: string;

  /** Five tenants in two cells; of `acme` a suspension that has succeeded and a resumption that is queued. */
  before(async () => {
    await world.begin();
    await world.fresh();
    const cell = { environment: "test", region: "eu-west-1", domain: "us-1.example.com", capacity: 40 };
    await world.registry.cells.record({ ...cell, name: "us-1", ready: true });
    for (const url of ["https://a.example.com", "https://b.example.com", "https://c.example.com"]) {
      await world.registry.transaction((tx) =>
        world.registry.webhooks.create(tx, { url, types: [] }, ORIGIN),
      );
    }
    await world.carriesOut(await world.onboard("acme"));
    for (const id of ["globex", "hooli", "initech"]) await world.onboard(id);
    await world.registry.transaction((tx) =>
      world.requests.onboard(tx, specOf("umbrella", { cell: "us-1" }), BOB),
    );
    const { operation } = await world.start("suspend");
    await world.begins(operation);
    await world.registry.transaction((tx) => changeTenant(tx, "acme", { presence: "suspended" }));
    await world.finishes(operation);
    await world.start("resume", {}, {}, BOB);
    const [claimed] = await world.registry.deliveries.claim(1);
    if (claimed === undefined) throw new Error("nothing is to be delivered");
    await world.registry.deliveries.succeed(claimed);
    webhook = claimed.webhook.id;
  });
  after(() => world.end());

  describe("of tenants", () => {
    const ids = async (query: Parameters<typeof world.registry.tenants.list>[0]) =>
      (await world.registry.tenants.list(query)).items.map(({ id }) => id);

    for (const [filter, query, expected] of [
      ["none", {}, ["acme", "globex", "hooli", "initech", "umbrella"]],
      ["a phase", { phase: "suspended" }, ["acme"]],
      ["a phase that no tenant is in", { phase: "purged" }, []],
      ["a cell", { cell: "us-1" }, ["umbrella"]],
      ["an id", { id: "hooli" }, ["hooli"]],
      ["a phase and a cell", { phase: "requested", cell: "eu-1" }, ["globex", "hooli", "initech"]],
      ["an id and another cell", { id: "hooli", cell: "us-1" }, []],
    ] as const) {
      it(`filters by ${filter}`, async () => {
        expect(await ids({ ...query, ...all })).to.deep.equal(expected);
      });
    }
  });

  describe("of operations", () => {
    const told = ({ tenantId, kind, status }: Operation) => `${tenantId} ${kind} ${status}`;

    for (const [filter, query, expected] of [
      [
        "a tenant",
        { tenantId: "acme" },
        ["acme resume queued", "acme suspend succeeded", "acme onboard succeeded"],
      ],
      ["a status", { status: "succeeded" }, ["acme suspend succeeded", "acme onboard succeeded"]],
      ["a status that none has", { status: "failed" }, []],
      ["a kind", { kind: "suspend" }, ["acme suspend succeeded"]],
      ["all of them", { tenantId: "acme", status: "queued", kind: "resume" }, ["acme resume queued"]],
      ["a tenant and another's status", { tenantId: "globex", status: "succeeded" }, []],
    ] as const) {
      it(`filters by ${filter}, the newest first`, async () => {
        const { items } = await world.registry.operations.list({ ...query, ...all });
        expect(items.map(told)).to.deep.equal(expected);
      });
    }
  });

  describe("of events", () => {
    const told = ({ tenantId, type }: TenantEvent) => `${tenantId} ${type}`;

    for (const [filter, query, expected] of [
      ["a tenant", { tenantId: "hooli" }, ["hooli operation.requested", "hooli tenant.requested"]],
      ["a type", { type: "tenant.suspended" }, ["acme tenant.suspended"]],
      ["a tenant and a type", { tenantId: "acme", type: "tenant.active" }, ["acme tenant.active"]],
      ["a tenant and another's type", { tenantId: "hooli", type: "tenant.active" }, []],
    ] as const) {
      it(`filters by ${filter}, the oldest first`, async () => {
        const { items } = await world.registry.events.list({ ...query, ...all });
        expect(items.map(told)).to.deep.equal(expected);
      });
    }
  });

  describe("of audit entries", () => {
    const told = ({ tenantId, action }: AuditEntry) => `${tenantId} ${action}`;

    for (const [filter, query, expected] of [
      [
        "a tenant",
        { tenantId: "acme" },
        ["acme tenant.resume", "acme tenant.suspend", "acme tenant.onboard"],
      ],
      ["an actor", { actor: nameOf(BOB.actor) }, ["acme tenant.resume", "umbrella tenant.onboard"]],
      ["an action", { action: "tenant.suspend" }, ["acme tenant.suspend"]],
      ["an actor and a tenant", { actor: nameOf(BOB.actor), tenantId: "acme" }, ["acme tenant.resume"]],
      ["a tenant and another's action", { tenantId: "hooli", action: "tenant.suspend" }, []],
    ] as const) {
      it(`filters by ${filter}, the newest first`, async () => {
        const { items } = await world.registry.audit.list({ ...query, ...all });
        expect(items.map(told)).to.deep.equal(expected);
      });
    }
  });

  it("of deliveries filters by status, the newest first", async () => {
    const statuses = async (status?: Delivery["status"]) =>
      (await world.registry.webhooks.deliveries(webhook, { status, ...all })).items.map(
        (each) => each.status,
      );
    const events = (await world.registry.events.list(all)).items.length;
    const pending = Array.from({ length: events - 1 }, () => "pending");
    expect(await statuses("dead")).to.deep.equal([]);
    expect(await statuses("delivered")).to.deep.equal(["delivered"]);
    expect(await statuses("pending")).to.deep.equal(pending);
    expect(await statuses()).to.deep.equal([...pending, "delivered"]);
  });

  describe("in pages", () => {
    /** Every list, as the names of what it has. */
    const lists: Readonly<Record<string, (asked: Asked) => Promise<Page<string>>>> = {
      tenants: async (asked) => named(await world.registry.tenants.list(asked), ({ id }: Tenant) => id),
      operations: async (asked) => named(await world.registry.operations.list(asked), ({ id }) => id),
      events: async (asked) => named(await world.registry.events.list(asked), ({ id }) => id),
      audit: async (asked) =>
        named(await world.registry.audit.list(asked), ({ sequence }) => String(sequence)),
      webhooks: async (asked) => named(await world.registry.webhooks.list(asked), ({ id }) => id),
      deliveries: async (asked) =>
        named(await world.registry.webhooks.deliveries(webhook, asked), ({ eventId }) => eventId),
    };

    function named<T>({ items, next }: Page<T>, nameOf: (item: T) => string): Page<string> {
      return { items: items.map(nameOf), next };
    }

    for (const [list, page] of Object.entries(lists)) {
      it(`${list} come each once and in order, and the last page says that it is`, async () => {
        const whole = await page(all);
        expect(whole.next).to.equal(undefined);
        expect(whole.items.length).to.be.greaterThan(2);
        expect(new Set(whole.items).size).to.equal(whole.items.length);
        // Of one size the pages are full, the last among them; of the other it may be short.
        for (const limit of [1, 2]) {
          const pages: (readonly string[])[] = [];
          let after: string | undefined;
          do {
            const { items, next } = await page({ limit, after });
            pages.push(items);
            after = next;
          } while (after !== undefined);
          expect(pages.flat()).to.deep.equal(whole.items);
          expect(pages).to.have.length(Math.ceil(whole.items.length / limit));
        }
      });

      for (const [what, after] of [
        ["is not base64url", "%%%"],
        ["says nothing", cursor(list, "")],
        ["is a negative number", cursor(list, "-1")],
        ["is a fraction", cursor(list, "1.5")],
        ["is SQL", cursor(list, "0' or '1'='1")],
      ] as const) {
        // A tenant's id may begin with a hyphen as far as the cursor goes: nothing has such an id.
        if (list === "tenants" && what === "is a negative number") continue;
        it(`${list} refuse a cursor that ${what}`, async () => {
          const problem = problemOf(await failureOf(page({ limit: 2, after })));
          expect([problem?.type, problem?.fields?.[0]?.field]).to.deep.equal(["invalid-request", "after"]);
        });
      }
    }

    for (const list of ["operations", "events", "audit", "webhooks", "deliveries"] as const) {
      it(`${list} refuse another list's cursor, and a number that is none of PostgreSQL's`, async () => {
        const others = ["tenants", "operations", "events", "webhooks"].filter((other) => other !== list);
        const nexts = await Promise.all(
          others.map(async (other) => (await lists[other]?.({ limit: 1 }))?.next),
        );
        expect(nexts).not.to.include(undefined);
        for (const after of [...nexts, cursor(list, "9".repeat(19)), cursor(list, "9".repeat(400))]) {
          const problem = problemOf(await failureOf(lists[list]?.({ limit: 2, after }) ?? Promise.resolve()));
          expect(problem?.type).to.equal("invalid-request");
        }
      });

      it(`${list} have a page for the largest number there may be`, async () => {
        const page = await lists[list]?.({ limit: 2, after: cursor(list, "9".repeat(18)) });
        const isNewestFirst = list !== "events" && list !== "webhooks";
        expect(page?.items).to.have.length(isNewestFirst ? 2 : 0);
      });
    }

    it("tenants refuse what is longer than an id", async () => {
      const problem = problemOf(
        await failureOf(
          lists["tenants"]?.({ limit: 2, after: cursor("tenants", "a".repeat(64)) }) ?? Promise.resolve(),
        ),
      );
      expect(problem?.type).to.equal("invalid-request");
    });
  });
});
