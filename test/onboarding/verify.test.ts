import { expect } from "chai";
import { query } from "../../local/aws/catalog/rds/testing";
import { ensureDatabase } from "../../local/postgres/database";
import type { CloudAccount } from "../../onboarding/account/account";
import { tenantView } from "../../onboarding/api/schemas/tenant";
import { judge } from "../../onboarding/failures";
import { PROBES, type Probe } from "../../onboarding/probes";
import { type Operation, type Tenant, changeTenant } from "../../onboarding/registry";
import { verifyStep } from "../../onboarding/workflows/steps/verify";
import { StepWorld } from "./step-world";

const PASSWORD = "a-password-of-a-test";
const keyOf = (id: string): string => `arn:aws:kms:us-east-1:000000000000:key/${id}-key`;

/** What a neighbour answers to who must not get anything of it, or gets of who must not answer it. */
type Neighbour = "refuses" | "answers" | "gets in" | "is down";

const READY = {
  metadata: { name: "web", generation: 1 },
  spec: { replicas: 1 },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
};

describe("the verification of a tenant", function () {
  this.timeout(60_000);
  const world = new StepWorld();
  let neighbour: Neighbour;

  before(async () => {
    await world.begin();
    const { postgres } = world.cloud;
    for (const id of ["acme", "globex"]) {
      await ensureDatabase(postgres, `t_${id}`);
      await query({ ...postgres, database: "postgres" }, `create role u_${id} login password '${PASSWORD}'`);
      await query({ ...postgres, database: "postgres" }, `revoke connect on database t_${id} from public`);
      await query({ ...postgres, database: "postgres" }, `grant connect on database t_${id} to u_${id}`);
    }
  });
  beforeEach(async () => {
    await world.fresh();
    neighbour = "refuses";
    world.change = { probes: PROBES };
    world.onKubernetes = answerOf;
    await world.onboarded("acme");
    await settle("acme", "127.0.0.1");
    await world.onboarded("globex");
    await settle("globex", "localhost");
  });
  after(() => world.end());

  /** Whether something of this tenant's can be got at by the other one. */
  const opens = (id: string) =>
    (neighbour === "answers" && id === "globex") || (neighbour === "gets in" && id === "acme");

  function answerOf(url: string, sent: string) {
    if (url.includes("/deployments")) return { status: 200, body: { items: [READY] } };
    const [, namespace = ""] = /"namespace":"(\w+)"/.exec(sent) ?? [];
    if (neighbour !== "is down") return { status: 201, body: { status: { allowed: opens(namespace) } } };
    return { status: 500, body: { kind: "Status", message: "namespace 'globex' cannot be looked at" } };
  }

  /** The account's answers to what is asked of keys and secrets. */
  function account(): Partial<CloudAccount> {
    return {
      credentials: (arn) =>
        Promise.resolve({ username: `u_${arn.slice(arn.lastIndexOf(":") + 1)}`, password: PASSWORD }),
      mayDecrypt: (role, key) => {
        const [, id = ""] = /key\/(\w+)-key/.exec(key) ?? [];
        if (role.endsWith(`-${id}`)) return Promise.resolve(true);
        if (neighbour === "is down")
          return Promise.reject(new Error(`the simulator does not know ${role} and ${key}`));
        return Promise.resolve(opens(id));
      },
    };
  }

  async function settle(id: string, endpoint: string): Promise<void> {
    const facts = {
      namespace: id,
      keyArn: keyOf(id),
      roleArn: `arn:aws:iam::000000000000:role/tenantry-eu-1-t-${id}`,
      database: {
        engine: "postgres",
        endpoint,
        port: world.cloud.postgres.port,
        name: `t_${id}`,
        username: `u_${id}`,
        secretArn: `arn:aws:secretsmanager:us-east-1:000000000000:secret:${id}`,
        identifier: `eu-1-t-${id}`,
      },
    };
    await world.registry.transaction((tx) => changeTenant(tx, id, { facts }));
  }

  async function be(state: Neighbour): Promise<void> {
    neighbour = state;
    for (const id of ["acme", "globex"]) {
      const [verb, preposition] = opens(id) ? ["grant", "to"] : ["revoke", "from"];
      const statement = `${verb} connect on database t_${id} ${preposition} public`;
      await query({ ...world.cloud.postgres, database: "postgres" }, statement);
    }
    const { facts: before } = await tenant("globex");
    const { database } = before;
    if (database === undefined) throw new Error("it has no database");
    const port = state === "is down" ? 1 : world.cloud.postgres.port;
    const facts = { ...before, database: { ...database, port } };
    await world.registry.transaction((tx) => changeTenant(tx, "globex", { facts }));
  }

  async function tenant(id: string): Promise<Tenant> {
    const found = await world.registry.tenants.find(id);
    if (found === undefined) throw new Error(`tenant '${id}' is not there`);
    return found;
  }

  /** Runs the verification; what it ended with is the operation's, as it would be. */
  async function verify(): Promise<{ operation: Operation; outcome: string }> {
    const operation = await world.begun("acme", "repair");
    try {
      const results = await world.run(operation, [verifyStep], account());
      await world.fails(operation, { type: "internal", detail: JSON.stringify(results) });
      return { operation, outcome: "verified" };
    } catch (error) {
      const { problem } = judge(error);
      await world.fails(operation, problem);
      return { operation, outcome: problem.type };
    }
  }

  /** Everything that the tenant's people and webhooks get to read. */
  async function told({ id }: Operation): Promise<string> {
    const rows = await world.registry.pool.query(
      `select (select json_agg(o) from tenantry.operations o where id = $1) as operation,
              (select json_agg(p) from tenantry.progress p where operation_id = $1) as progress,
              (select json_agg(e) from tenantry.events e where tenant_id = 'acme') as events`,
      [id],
    );
    return JSON.stringify([rows.rows, tenantView(await tenant("acme"))]);
  }

  const OUTCOMES: readonly (readonly [Neighbour, string])[] = [
    ["refuses", "verified"],
    ["answers", "isolation-breached"],
    ["gets in", "isolation-breached"],
    ["is down", "database-unavailable"],
  ];
  for (const [state, expected] of OUTCOMES) {
    it(`tells the tenant nothing of who its neighbour is, which ${state}`, async () => {
      await be(state);
      const { operation, outcome } = await verify();
      expect(outcome).to.equal(expected);
      const text = await told(operation);
      for (const { name } of PROBES) expect(text).to.contain(name);
      expect(text).to.not.match(/globex|localhost/);
      const logged = JSON.stringify(world.lines);
      if (state === "refuses") expect(world.lines).to.deep.equal([]);
      else
        expect(logged)
          .to.contain('"id":"globex"')
          .and.contain('"endpoint":"localhost"')
          .and.contain(operation.id);
    });
  }

  for (const [state, way] of [
    ["answers", /^neighbours-\w+-refuses$/],
    ["gets in", /^\w+-refuses-neighbours$/],
  ] as const) {
    it(`is told by every probe of that way where a neighbour ${state}`, async () => {
      await be(state);
      await verify();
      const { breach } = await tenant("acme");
      expect(breach?.neighbour).to.equal("globex");
      expect(breach?.probes).to.deep.equal(PROBES.map(({ name }) => name).filter((name) => way.test(name)));
      expect(breach?.probes).to.have.length(3);
    });
  }

  it("does not fail by a neighbour that is being changed and cannot be asked", async () => {
    await be("is down");
    await world.registry.transaction((tx) => changeTenant(tx, "globex", { phase: "updating" }));
    const { outcome, operation } = await verify();
    expect(outcome).to.equal("verified");
    expect(await told(operation)).to.contain("the only other tenant is being changed");
  });

  it("asks the neighbour again that it got through to, not the next best", async () => {
    await be("answers");
    await verify();
    // "bachman" comes before it, is settled, and is shut.
    await world.onboarded("bachman");
    await settle("bachman", "127.0.0.1");
    const asked: (string | undefined)[] = [];
    world.change = { probes: [neighbourly((id) => asked.push(id))] };
    await verify();
    expect(asked).to.deep.equal(["globex"]);
  });

  it("keeps the quarantine where that neighbour has nothing that could be asked", async () => {
    await be("answers");
    await verify();
    await be("refuses");
    const { facts } = await tenant("globex");
    await world.registry.transaction((tx) =>
      changeTenant(tx, "globex", { facts: { ...facts, database: undefined } }),
    );
    const { outcome, operation } = await verify();
    expect(outcome).to.equal("probe-failed");
    expect(await told(operation)).to.not.match(/globex|localhost/);
    expect((await tenant("acme")).quarantine).to.contain("neighbours-database-refuses");
    await world.registry.transaction((tx) => changeTenant(tx, "globex", { facts }));
    expect((await verify()).outcome).to.equal("verified");
    const { quarantine, breach } = await tenant("acme");
    expect([quarantine, breach]).to.deep.equal([undefined, undefined]);
  });

  for (const phase of ["retained", "purged"] as const) {
    it(`lifts the quarantine where that neighbour is ${phase}`, async () => {
      await be("answers");
      await verify();
      await world.registry.transaction((tx) => changeTenant(tx, "globex", { phase, facts: {} }));
      expect((await verify()).outcome).to.equal("verified");
      expect((await tenant("acme")).quarantine).to.equal(undefined);
    });
  }
});

/** A probe that tells which neighbour it is given. */
function neighbourly(tell: (id: string | undefined) => void): Probe {
  return {
    name: "tells",
    kind: "negative",
    presences: ["serving", "suspended"],
    run: ({ neighbour }) => {
      tell(neighbour?.id);
      return Promise.resolve({ outcome: "passed" });
    },
  };
}
