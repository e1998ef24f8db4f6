import { expect } from "chai";
import { changeTenant } from "../../onboarding/registry";
import { ORIGIN } from "./registry-world";
import { RetainedWorld } from "./retained-world";

describe("the watch over the region's snapshots, on a real registry and the local account", function () {
  this.timeout(60_000);
  const world = new RetainedWorld();

  before(() => world.begin());
  beforeEach(() => world.fresh());
  after(() => world.end());

  const restore = (id: string) =>
    world.registry.transaction((tx) =>
      world.requests.start(tx, id, "restore", {}, ORIGIN, { whenBusy: "refuse" }),
    );
  const warnings = () => world.lines.filter(({ level }) => level === "warn").map(({ message }) => message);

  it("leaves snapshots alone while there are fewer than the limit", async () => {
    await world.retain("aaa", -1);
    await world.watch(2).look();
    expect(await world.exported()).to.deep.equal({});
    expect(await world.snapshots()).to.deep.equal(["eu-1-t-aaa-final"]);
  });

  it("exports as many as it takes: first those whose retention has ended, then the oldest", async () => {
    await world.retain("old", 10);
    await world.retain("young", 20);
    await world.retain("ended", -1);
    await world.watch(2).look();
    expect(await world.exported()).to.deep.equal({ ended: "under way", old: "under way" });
    expect(await world.snapshots()).to.have.length(3);
    await world.watch(2).look();
    expect(await world.exported()).to.deep.equal({ ended: "complete", old: "complete" });
    expect(await world.snapshots()).to.deep.equal(["eu-1-t-young-final"]);
    await world.watch(2).look();
    expect(await world.snapshots()).to.deep.equal(["eu-1-t-young-final"]);
  });

  it("exports what restores have left of tenants that serve, after what may be purged and before what is retained", async () => {
    await world.retain("retained", 9);
    await world.restored("twice");
    await world.restored("once");
    await world.retain("ended", -1);
    const left = (): Promise<string[]> => world.snapshots();
    await world.watch(4).look();
    await world.watch(4).look();
    expect(await left()).to.deep.equal(["eu-1-t-once-final", "eu-1-t-retained-final", "eu-1-t-twice-final"]);
    await world.watch(3).look();
    await world.watch(3).look();
    expect(await left()).to.deep.equal(["eu-1-t-once-final", "eu-1-t-retained-final"]);
    await world.watch(2).look();
    await world.watch(2).look();
    expect(await left()).to.deep.equal(["eu-1-t-retained-final"]);
    expect(await world.exported()).to.deep.equal({ ended: "complete", twice: "complete", once: "complete" });
    const audit = await world.registry.audit.list({ action: "tenant.export-snapshot", limit: 10 });
    expect(audit.items.map(({ tenantId }) => tenantId)).to.deep.equal(["once", "twice", "ended"]);
    const events = await world.registry.events.list({ type: "tenant.snapshot-exported", limit: 10 });
    expect(events.items.map(({ tenantId }) => tenantId)).to.deep.equal(["ended", "twice", "once"]);
  });

  for (const [whose, change] of [
    ["a tenant whose restore has failed, and may need it", { phase: "failed" }],
    ["another instance", { facts: { keyArn: "arn:key" } }],
  ] as const) {
    it(`leaves alone what is ${whose}`, async () => {
      await world.restored("acme");
      await world.registry.transaction((tx) => changeTenant(tx, "acme", change));
      await world.watch(1).look();
      expect(await world.exported()).to.deep.equal({});
      expect(warnings()).to.have.length(1);
    });
  }

  it("leaves alone what a person has taken of a tenant's database", async () => {
    await world.restored("acme");
    const [taken] = await world.account.manualSnapshots();
    if (taken === undefined) throw new Error("there is no snapshot");
    const watch = world.watch(1, {
      manualSnapshots: () => Promise.resolve([{ ...taken, identifier: "eu-1-t-acme-before-migration" }]),
    });
    await watch.look();
    expect(await world.exported()).to.deep.equal({});
  });

  it("writes every row into the tenant's part of the archives, and says so in registry, events and audit log", async () => {
    const snapshot = await world.retain("acme", -1);
    for (let look = 0; look < 2; look += 1) await world.watch(1).look();
    const [record] = (await world.registry.tenants.find("acme"))?.snapshotExports ?? [];
    expect(record?.snapshot).to.equal(snapshot);
    expect(record?.location).to.match(new RegExp(`^acme/snapshots/${snapshot}/`));
    const files = await world.account.listArchives(`${record?.location}/`);
    const [table = ""] = files.filter((file) => file.includes("/app.note/"));
    const [header, ...rows] = world.linesOf(table);
    expect(header).to.equal("id,body");
    expect(rows).to.have.length(500);
    expect(rows).to.include.members(["1,acme 1", "500,acme 500"]);
    const events = await world.registry.events.list({ type: "tenant.snapshot-exported", limit: 10 });
    expect(events.items.map(({ tenantId, data }) => [tenantId, data])).to.deep.equal([
      ["acme", { snapshot, location: record?.location }],
    ]);
    const audit = await world.registry.audit.list({ action: "tenant.export-snapshot", limit: 10 });
    expect(audit.items.map(({ tenantId }) => tenantId)).to.deep.equal(["acme"]);
    expect((await world.registry.audit.verify()).broken).to.equal(undefined);
  });

  it("deletes no snapshot whose export still runs, and begins no other one for it", async () => {
    for (const id of ["aaa", "bbb"]) await world.retain(id, -1);
    const running = world.watch(2, {
      findExport: (prefix) => Promise.resolve({ state: "running", location: prefix }),
    });
    for (let look = 0; look < 3; look += 1) await running.look();
    expect(await world.exported()).to.deep.equal({ aaa: "under way" });
    expect(await world.snapshots()).to.have.length(2);
    await world.watch(2).look();
    expect(await world.snapshots()).to.deep.equal(["eu-1-t-bbb-final"]);
  });

  it("deletes no snapshot whose export failed, and waits an hour before the next", async () => {
    await world.retain("acme", -1);
    const began: string[] = [];
    const failing = (endedAt: Date) =>
      world.watch(1, {
        findExport: (prefix) =>
          Promise.resolve({ state: "failed", location: prefix, reason: "AccessDenied", endedAt }),
        startExport: ({ snapshot }) => Promise.resolve(void began.push(snapshot)),
      });
    await failing(new Date()).look();
    for (let look = 0; look < 2; look += 1) await failing(new Date()).look();
    expect(began).to.have.length(1);
    await failing(new Date(Date.now() - 2 * 3_600_000)).look();
    expect(began).to.have.length(2);
    expect(await world.snapshots()).to.have.length(1);
    expect(warnings()).to.include("the export of a snapshot failed");
  });

  const failure = () => Promise.reject(new Error("the process is gone"));
  for (const [moment, change] of [
    ["noting the export and beginning it", { startExport: failure }],
    ["beginning it and seeing it complete", { findExport: failure }],
    ["noting it complete and deleting the snapshot", { deleteSnapshot: failure }],
  ] as const) {
    it(`goes on where a worker was killed between ${moment}`, async () => {
      await world.retain("acme", -1);
      for (let look = 0; look < 2; look += 1) await world.watch(1, change).look();
      expect(await world.snapshots(), "before").to.have.length(1);
      for (let look = 0; look < 2; look += 1) await world.watch(1).look();
      expect(await world.snapshots()).to.deep.equal([]);
      expect(await world.exported()).to.deep.equal({ acme: "complete" });
      const events = await world.registry.events.list({ type: "tenant.snapshot-exported", limit: 10 });
      expect(events.items).to.have.length(1);
    });
  }

  it("leaves a tenant alone that an operation is at, and takes the next", async () => {
    for (const id of ["aaa", "bbb"]) await world.retain(id, -1);
    await restore("aaa");
    for (let look = 0; look < 2; look += 1) await world.watch(2).look();
    expect(await world.exported()).to.deep.equal({ bbb: "complete" });
    expect(await world.snapshots()).to.deep.equal(["eu-1-t-aaa-final"]);
  });

  it("keeps the snapshot of a tenant whose restore began while the export ran", async () => {
    const snapshot = await world.retain("acme", -1);
    await world.watch(1).look();
    await restore("acme");
    await world.watch(1).look();
    expect(await world.exported()).to.deep.equal({ acme: "under way" });
    expect(await world.snapshots()).to.deep.equal([snapshot]);
  });

  it("keeps no operation waiting while AWS is asked", async () => {
    await world.retain("acme", -1);
    const during: string[] = [];
    const asked = async () => {
      const { operation } = await restore("acme");
      during.push(operation.status);
      await world.registry.transaction((tx) => world.requests.cancel(tx, operation.id, ORIGIN));
    };
    const watch = world.watch(1, { startExport: asked });
    await watch.look();
    expect(during).to.deep.equal(["queued"]);
  });

  it("leaves alone what is no longer this tenant's final snapshot", async () => {
    await world.retain("acme", -1);
    await world.registry.transaction((tx) => changeTenant(tx, "acme", { finalSnapshot: null }));
    await world.watch(1).look();
    expect(await world.exported()).to.deep.equal({});
    expect(warnings()).to.have.length(1);
  });

  it("is one worker's at a time", async () => {
    await world.retain("acme", -1);
    let began = 0;
    let looks = 0;
    const slow = () =>
      world.watch(1, {
        manualSnapshots: async () => {
          looks += 1;
          await new Promise((resolve) => setTimeout(resolve, 100));
          return world.account.manualSnapshots();
        },
        startExport: () => Promise.resolve(void (began += 1)),
      });
    await Promise.all([slow().look(), slow().look(), slow().look()]);
    expect([looks, began]).to.deep.equal([1, 1]);
  });

  it("exports nothing without a role, and says that the quota is near", async () => {
    await world.retain("acme", -1);
    await world.watch(1, { mayExport: false }).look();
    expect(await world.exported()).to.deep.equal({});
    expect(warnings()).to.deep.equal([
      "manual snapshots near RDS's quota, and none can be exported: TENANTRY_EXPORT_ROLE is not set",
    ]);
  });

  it("exports no more than five at once", async () => {
    const ids = ["aaa", "bbb", "ccc", "ddd", "eee", "fff"];
    for (const id of ids) await world.retain(id, -1);
    const running = world.watch(1, {
      startExport: () => Promise.resolve(),
      findExport: (prefix) => Promise.resolve({ state: "running", location: prefix }),
    });
    for (let look = 0; look < 2; look += 1) await running.look();
    expect(Object.keys(await world.exported())).to.have.length(5);
  });
});
