import { expect } from "chai";
import { z } from "zod";
import { type ServiceWorld, operationOf, specOf } from "../world/service-world";

const CROWD = 1000;

const problemSchema = z.object({ type: z.string() });
const acceptedSchema = z.object({ id: z.string() });

/** Many ask for the same thing at once, through the API as it is. */
export function describeCrowd(service: ServiceWorld): void {
  describe("asked for the same thing many times at once", () => {
    const post = (id: string, token: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${service.url}/v1/tenants`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
        body: JSON.stringify(specOf(id)),
      });
    const tokenOf = async (client: string) => (await service.tokensOf(client)).token();
    const operationsOf = async (id: string) =>
      (await service.registry.operations.list({ tenantId: id, limit: 10 })).items;

    it(`begins one of ${CROWD} onboardings of a tenant, and refuses the others clearly`, async () => {
      // Not as the administrator: it would use up the rate limit of who asks next.
      const token = await tokenOf("operator");
      const answers = await Promise.all(Array.from({ length: CROWD }, () => post("crowd", token)));
      const refusals = new Set<string>();
      let accepted = 0;
      for (const answer of answers) {
        const body: unknown = await answer.json();
        if (answer.status === 202) accepted += 1;
        else refusals.add(`${answer.status} ${problemSchema.parse(body).type.split("/").at(-1)}`);
      }
      expect(accepted).to.equal(1);
      expect(
        [...refusals].every((one) => /^(409 tenant-id-taken|429 too-many-requests)$/.test(one)),
        [...refusals].join(),
      ).to.equal(true);
      const [operation, ...others] = await operationsOf("crowd");
      expect(others).to.deep.equal([]);
      await service.succeeded(operation?.id ?? "");
    });

    it("takes a double click with an Idempotency-Key for one request", async () => {
      const token = await tokenOf("admin");
      const key = { "idempotency-key": "double-click-1" };
      const answers = await Promise.all([post("clicked", token, key), post("clicked", token, key)]);
      const ids = await Promise.all(
        answers.map(async (answer) => {
          expect(answer.status).to.equal(202);
          return acceptedSchema.parse(await answer.json()).id;
        }),
      );
      expect(new Set(ids).size).to.equal(1);
      await service.succeeded(ids[0] ?? "");
    });

    it("carries out what is asked of a busy tenant afterwards, where that is asked for", async () => {
      const { client } = service;
      const suspend = await client.suspend("clicked");
      const resume = await client.resume("clicked", { whenBusy: "queue" });
      await service.succeeded(suspend);
      await service.succeeded(resume);
      const kinds = (await operationsOf("clicked")).map(({ kind }) => kind);
      expect(kinds).to.deep.equal(["resume", "suspend", "onboard"]);
      expect(operationOf(resume).tenantId).to.equal("clicked");
      expect((await client.tenant("clicked")).tenant.phase).to.equal("active");
    });
  });
}
