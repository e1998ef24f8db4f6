import { Readable } from "node:stream";
import { expect } from "chai";
import { z } from "zod";
import { verifySigned } from "../../onboarding/archive";
import type { CloudAccount } from "../../onboarding/account/account";
import { stepsOf } from "../../onboarding/workflows/steps";
import { StepWorld } from "./step-world";

const KEY = { urn: "urn:acme-key", type: "aws:kms/key:Key", id: "0f0e", custom: true };

const certified = z.object({
  certificate: z.object({
    deleted: z.array(z.object({ what: z.string(), id: z.string(), at: z.iso.datetime() })),
  }),
  signature: z.string(),
});

describe("a purge", function () {
  this.timeout(60_000);
  const world = new StepWorld();
  let snapshot: string;

  before(() => world.begin());
  beforeEach(async () => {
    await world.fresh();
    snapshot = await world.retain(`acme`, -1);
    await world.account.putArchive("acme/op_1.tar.gz", Readable.from(["rows"]));
    world.engine.resources = [KEY];
  });
  after(() => world.end());

  const everything = () => [
    ["aws:kms/key:Key", "0f0e"],
    ["RDS snapshot", snapshot],
    ["archive", "acme/op_1.tar.gz"],
  ];

  /** The certificate of a purge that goes through, after what came before it. */
  async function listed(operation = world.begun("acme", "purge"), steps = stepsOf("purge")) {
    const results = await world.run(await operation, steps);
    const { certificate, signature } = certified.parse(results["certify"]);
    expect(await verifySigned(signature, world.publicKey)).to.deep.include({ deleted: certificate.deleted });
    return certificate.deleted.map(({ what, id }) => [what, id]);
  }

  const throttled: Partial<CloudAccount> = {
    deleteArchive: () => Promise.reject(new Error("Rate exceeded")),
  };

  async function throttledIn(operation: Awaited<ReturnType<typeof world.begun>>): Promise<void> {
    let message = "nothing was throttled";
    await world
      .run(operation, stepsOf("purge"), throttled)
      .catch((error: Error) => (message = error.message));
    expect(message).to.equal("Rate exceeded");
    expect(await world.snapshots()).to.deep.equal([]);
    world.engine.resources = [];
  }

  it("certifies all that there was", async () => {
    expect(await listed()).to.have.deep.members(everything());
  });

  it("certifies what a run of a step has deleted that was throttled then", async () => {
    const operation = await world.begun("acme", "purge");
    await throttledIn(operation);
    const again = stepsOf("purge").filter(({ name }) => name !== "inventory");
    expect(await listed(Promise.resolve(operation), again)).to.have.deep.members(everything());
  });

  it("certifies what a purge before it has deleted that failed", async () => {
    const operation = await world.begun("acme", "purge");
    await throttledIn(operation);
    await world.fails(operation, { type: "throttled", detail: "Rate exceeded" });
    expect(await listed()).to.have.deep.members(everything());
  });

  it("says the same when it is to sign again", async () => {
    const operation = await world.begun("acme", "purge");
    const first = await listed(Promise.resolve(operation));
    const again = stepsOf("purge").filter(({ name }) => name === "certify");
    expect(await listed(Promise.resolve(operation), again)).to.deep.equal(first);
  });
});
