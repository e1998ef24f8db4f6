import { readFileSync } from "node:fs";
import * as path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { createHash } from "node:crypto";
import { expect } from "chai";
import { extract } from "tar-stream";
import { z } from "zod";
import { type Checksum, checksum, fill, query, tryQuery } from "../../local/aws/catalog/rds/testing";
import { verifySigned } from "../../onboarding/archive";
import { describeCrowd } from "./service-crowd";
import { expectEventsRight, expectNoOrphans } from "../world/service-invariants";
import { describeTwoWorkers } from "./service-workers";
import { ServiceWorld, specOf } from "../world/service-world";

const keySchema = z.object({ kty: z.string(), crv: z.string(), x: z.string() });

const manifestSchema = z.object({
  tenant: z.string(),
  tables: z.array(
    z.object({ schema: z.string(), table: z.string(), file: z.string(), rows: z.int(), sha256: z.string() }),
  ),
});

const certified = z.object({ certify: z.object({ certificate: z.looseObject({}), signature: z.string() }) });

/** The onboarding service as its users meet it: through the API, with a worker, on real databases. */
describe("the onboarding service", function () {
  this.timeout("3 minutes");
  const service = new ServiceWorld();

  before(async () => {
    await service.begin();
    await service.startWorker();
  });
  after(() => service.end());

  /** The public part of the key that archives and certificates are signed with. */
  function publicKey() {
    return keySchema.parse(
      JSON.parse(readFileSync(service.environment["TENANTRY_SIGNING_KEY_FILE"] ?? "", "utf8")),
    );
  }

  const kubectl = (...args: string[]) => service.world.succeed("kubectl", args);

  /** Pods that a tenant's services ask for, by deployment; the gateway aside. */
  async function replicas(tenant: string): Promise<string[]> {
    const jsonpath = '{range .items[*]}{.metadata.name}={.spec.replicas}{"\\n"}{end}';
    const lines = await kubectl("get", "deployments", "-n", tenant, "-o", `jsonpath=${jsonpath}`);
    return lines
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("gateway="));
  }

  describe("takes a tenant through its life", () => {
    const { client } = { client: () => service.client };
    let first: Checksum;

    it("onboards two at once", async () => {
      const requests = ["umbrella", "hooli"].map((id) => client().onboard(specOf(id)));
      for (const request of requests) await service.succeeded(request);
      expect((await client().tenant("umbrella")).tenant.phase).to.equal("active");
      first = await fill(await service.database("umbrella"), "first");
      expect(first.rows).to.equal(500);
    });

    it("suspends: nothing runs, and the gateway answers 503", async () => {
      await service.succeeded(client().suspend("umbrella", { reason: "unpaid" }));
      expect((await client().tenant("umbrella")).tenant.phase).to.equal("suspended");
      expect(await replicas("umbrella")).to.deep.equal(["admin=0", "app=0", "web=0"]);
      expect(await kubectl("get", "configmaps", "-n", "umbrella", "-o", "yaml")).to.contain("return 503");
    });

    it("resumes, with every row", async () => {
      await service.succeeded(client().resume("umbrella"));
      expect((await replicas("umbrella")).filter((line) => line.endsWith("=0"))).to.deep.equal([]);
      expect(await kubectl("get", "configmaps", "-n", "umbrella", "-o", "yaml")).not.to.contain("return 503");
      expect(await checksum(await service.database("umbrella"))).to.deep.equal(first);
    });

    it("rotates the database's password: the old one opens nothing any more", async () => {
      const before = await service.database("umbrella");
      await service.succeeded(client().rotate("umbrella"));
      expect(await tryQuery(before)).to.contain("password authentication failed");
      expect(await checksum(await service.database("umbrella"))).to.deep.equal(first);
    });

    it("restores it to a point in time", async () => {
      const instance = (await service.registry.tenants.find("umbrella"))?.facts.database?.identifier ?? "";
      const { createdAt } = await service.account.backup(instance);
      await query(await service.database("umbrella"), "delete from app.note where id % 2 = 0");
      expect(await checksum(await service.database("umbrella"))).not.to.deep.equal(first);
      await service.succeeded(client().restore("umbrella", { restore: { time: createdAt.toISOString() } }));
      expect(await checksum(await service.database("umbrella"))).to.deep.equal(first);
      expect((await client().tenant("umbrella")).tenant.phase).to.equal("active");
    });

    it("offboards it, and leaves its customer a signed archive of every row", async () => {
      await service.succeeded(client().offboard("umbrella", { reason: "contract ended" }));
      const tenant = await service.registry.tenants.find("umbrella");
      expect(tenant?.phase).to.equal("retained");
      const files = await filesOf(path.join(service.archives, tenant?.archive ?? ""));
      const signed = manifestSchema.parse(await verifySigned(files.get("manifest.jws") ?? "", publicKey()));
      expect(signed).to.deep.equal(manifestSchema.parse(JSON.parse(files.get("manifest.json") ?? "")));
      expect(signed.tenant).to.equal("umbrella");
      const table = signed.tables.find(({ schema }) => schema === "app");
      const csv = files.get(table?.file ?? "") ?? "";
      expect(table).to.deep.include({ table: "note", rows: first.rows });
      expect(createHash("sha256").update(csv).digest("hex")).to.equal(table?.sha256);
      expect(csv.trim().split("\n").length).to.equal(first.rows + 1);
    });

    it("brings it back from what was retained", async () => {
      await service.succeeded(client().restore("umbrella"));
      expect((await client().tenant("umbrella")).tenant.phase).to.equal("active");
      expect(await checksum(await service.database("umbrella"))).to.deep.equal(first);
    });

    it("purges it, certifies that, and leaves nothing", async () => {
      await service.succeeded(client().offboard("umbrella", { retentionDays: 0 }));
      const { result } = await service.succeeded(client().purge("umbrella"));
      const { certify } = certified.parse(result);
      expect(await verifySigned(certify.signature, publicKey())).to.deep.equal(certify.certificate);
      expect((await client().tenant("umbrella")).tenant.phase).to.equal("purged");
    });

    it("leaves nothing that no stack knows, and has told of everything once", async () => {
      await expectNoOrphans(service);
      for (const tenant of ["umbrella", "hooli"]) await expectEventsRight(service, tenant);
    });
  });

  describeCrowd(service);
  describeTwoWorkers(service);
});

/** The files of a gzipped tar, by name. */
async function filesOf(archive: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const tar = extract();
  tar.on("entry", ({ name }, stream, next) => {
    void text(stream).then((content) => {
      files.set(name, content);
      next();
    }, next);
  });
  await pipeline(Readable.from(readFileSync(archive)), createGunzip(), tar);
  return files;
}
