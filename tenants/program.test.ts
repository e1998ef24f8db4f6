import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { TEST_CELL } from "../components/testing/cell";
import { type Recording, record } from "../components/testing/record";
import { at } from "../components/testing/silo";
import { CellUnavailableError } from "./cell";
import { ImmutableFieldError } from "./deployed";
import { type TenantOutputs, tenantProgram } from "./program";
import { type TenantSpec, parseTenantSpec } from "./spec";
import { SERVING, type TenantState } from "./state";

const SPEC = parseTenantSpec(
  {
    id: "acme",
    name: "Acme Corporation",
    tier: "silo",
    contact: "platform@acme.example",
    cell: "eu-1",
    size: "small",
    database: { engine: "postgres", size: "small" },
  },
  "acme.yaml",
);

const IMAGE = `registry.example.com/web@sha256:${"a".repeat(64)}`;
const RELEASE = {
  version: "1.0.0",
  gateway: { image: IMAGE },
  services: {
    web: { image: IMAGE, healthPath: "/healthz" },
    app: { image: IMAGE, healthPath: "/healthz" },
    admin: { image: IMAGE, healthPath: "/ready" },
  },
};

const PLATFORM_OUTPUTS = { schemaVersion: 1, ...TEST_CELL };

interface Run {
  readonly recording: Recording;
  readonly outputs: TenantOutputs | undefined;
  readonly error: unknown;
}

/**
 * Runs the tenant's program.
 *
 * @param platform outputs of the platform's stack; undefined where there is no such stack
 * @param own outputs of the tenant's own stack
 * @param state what of the tenant is to be there
 */
async function run(
  platform: Record<string, unknown> | undefined,
  spec = SPEC,
  own: Record<string, unknown> = {},
  state?: TenantState,
): Promise<Run> {
  let outputs: TenantOutputs | undefined;
  let error: unknown;
  const recording = await record(
    async () => {
      try {
        outputs = await tenantProgram(spec, { release: RELEASE, state })();
      } catch (caught) {
        error = caught;
      }
    },
    ({ type }) => {
      if (type === "pulumi:pulumi:StackReference")
        return { outputs: platform, secretOutputNames: ["cluster"] };
      if (type === "aws:kms/key:Key") return { arn: "arn:key", keyId: "11112222-3333" };
      if (type !== "aws:rds/instance:Instance") return {};
      return {
        address: "db.example",
        port: 5432,
        resourceId: "db-1",
        masterUserSecrets: [{ secretArn: "arn:secret" }],
      };
    },
    (token, inputs) => {
      if (token !== "pulumi:pulumi:readStackOutputs") throw new Error(`unexpected call of ${token}`);
      if (JSON.stringify(inputs).includes("/tenants/acme")) return { outputs: own };
      if (platform === undefined) throw rpcError('unknown stack "organization/tenantry/eu-1"');
      return { outputs: platform };
    },
  );
  return { recording, outputs, error };
}

/** An error as it comes from the engine; 2 is gRPC's code for an unknown one. */
function rpcError(details: string): Error {
  return Object.assign(new Error(details), { code: 2, details });
}

/** Value of an output that mocks make known. */
function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

describe("tenant program", () => {
  it("makes the silo and the database of its tenant in the cell that the spec names", async () => {
    const { recording, error } = await run(PLATFORM_OUTPUTS);
    expect(error).to.equal(undefined);
    expect(recording.resources).to.have.length(49);
    expect(recording.all("tenantry:index:TenantSilo").map(({ name }) => name)).to.deep.equal(["acme"]);
    expect(recording.all("tenantry:index:TenantDatabase").map(({ name }) => name)).to.deep.equal(["acme"]);
    expect(recording.one("pulumi:pulumi:StackReference", "cell").inputs["name"]).to.match(
      /\/tenantry\/eu-1$/,
    );
  });

  it("keeps the kubeconfig secret", async () => {
    const { recording } = await run(PLATFORM_OUTPUTS);
    expect(recording.one("pulumi:providers:kubernetes", "kubernetes").inputs["kubeconfig"]).to.deep.equal({
      [pulumi.runtime.specialSigKey]: pulumi.runtime.specialSecretSig,
      value: TEST_CELL.cluster.kubeconfig,
    });
  });

  it("exports what an operator asks for, and no password", async () => {
    const { outputs } = await run(PLATFORM_OUTPUTS);
    if (outputs === undefined) throw new Error("expected outputs");
    expect(await valueOf(pulumi.output(outputs))).to.deep.equal({
      tenant: { id: "acme", name: "Acme Corporation", tier: "silo", size: "small" },
      cell: "eu-1",
      presence: "serving",
      databaseEngine: "postgres",
      databaseLifetime: 1,
      namespace: "acme",
      hostName: "acme.tenantry.example",
      operatorsGroup: "tenantry:acme:operators",
      keyArn: "arn:key",
      keyAlias: "alias/tenantry/eu-1/acme",
      roleArn: undefined,
      database: {
        engine: "postgres",
        endpoint: "db.example",
        port: 5432,
        name: "t_acme",
        username: "t_acme",
        secretArn: "arn:secret",
        identifier: "eu-1-t-acme",
        resourceId: "db-1",
        finalSnapshot: "eu-1-t-acme-final-11112222",
        deletionProtection: true,
      },
      release: "1.0.0",
    });
  });

  it("suspends: the same resources, and its services without pods", async () => {
    const { recording, outputs } = await run(
      PLATFORM_OUTPUTS,
      SPEC,
      {},
      { ...SERVING, presence: "suspended" },
    );
    expect(recording.resources).to.have.length(49);
    const replicas = recording
      .all("kubernetes:apps/v1:Deployment")
      .filter(({ inputs }) => at(inputs, "spec", "replicas") === 0)
      .map(({ name }) => name);
    expect(replicas.sort()).to.deep.equal(["acme-admin", "acme-app", "acme-web"]);
    expect(outputs?.presence).to.equal("suspended");
  });

  it("retains the key and its alias, and says so", async () => {
    const { recording, outputs } = await run(
      PLATFORM_OUTPUTS,
      SPEC,
      {},
      { ...SERVING, presence: "retained" },
    );
    expect(recording.counts()).to.deep.equal({
      "pulumi:pulumi:StackReference": 1,
      "pulumi:providers:aws": 1,
      "pulumi:providers:kubernetes": 1,
      "tenantry:index:TenantSilo": 1,
      "aws:kms/key:Key": 1,
      "aws:kms/alias:Alias": 1,
    });
    expect(await valueOf(pulumi.output(outputs))).to.deep.equal({
      tenant: { id: "acme", name: "Acme Corporation", tier: "silo", size: "small" },
      cell: "eu-1",
      presence: "retained",
      databaseEngine: "postgres",
      databaseLifetime: 1,
      hostName: "acme.tenantry.example",
      operatorsGroup: "tenantry:acme:operators",
      keyArn: "arn:key",
      keyAlias: "alias/tenantry/eu-1/acme",
      release: "1.0.0",
    });
  });

  const database = (changes: Partial<TenantState["database"]>): TenantState => ({
    ...SERVING,
    database: { ...SERVING.database, ...changes },
  });

  it("makes no database where there is none, and has no output of one", async () => {
    const { recording, outputs } = await run(PLATFORM_OUTPUTS, SPEC, {}, database({ present: false }));
    expect(recording.all("tenantry:index:TenantDatabase")).to.deep.equal([]);
    expect(recording.all("tenantry:index:TenantSilo")).to.have.length(1);
    expect(outputs).not.to.have.property("database");
    expect(outputs).to.have.property("namespace");
  });

  it("makes the next database from a snapshot", async () => {
    const state = database({ lifetime: 2, restoreFrom: { snapshot: "eu-1-t-acme-final-11112222" } });
    const { recording } = await run(PLATFORM_OUTPUTS, SPEC, {}, state);
    expect(recording.one("aws:rds/instance:Instance", "acme-database").inputs).to.deep.include({
      snapshotIdentifier: "eu-1-t-acme-final-11112222",
      finalSnapshotIdentifier: "eu-1-t-acme-final-11112222-2",
    });
  });

  it("lifts the spec's protection where the state says so", async () => {
    const { recording, outputs } = await run(
      PLATFORM_OUTPUTS,
      SPEC,
      {},
      database({ deletionProtection: false }),
    );
    expect(recording.one("aws:rds/instance:Instance", "acme-database").inputs["deletionProtection"]).to.equal(
      false,
    );
    expect(outputs?.database?.deletionProtection).to.equal(false);
  });

  const SUSPENDED = { presence: "suspended", databaseEngine: "postgres", databaseLifetime: 3 };

  it("leaves a tenant in the state that it is in, where nobody says another", async () => {
    const { recording, outputs } = await run(PLATFORM_OUTPUTS, SPEC, {
      ...SUSPENDED,
      database: { engine: "postgres" },
    });
    expect(outputs).to.deep.include({ presence: "suspended", databaseLifetime: 3 });
    expect(
      recording.one("aws:rds/instance:Instance", "acme-database").inputs["finalSnapshotIdentifier"],
    ).to.equal("eu-1-t-acme-final-11112222-3");
  });

  it("makes no empty database for a tenant whose data is in a snapshot", async () => {
    const { recording } = await run(PLATFORM_OUTPUTS, SPEC, SUSPENDED);
    expect(recording.all("tenantry:index:TenantDatabase")).to.deep.equal([]);
  });

  it("refuses another engine while the data is in a snapshot alone", async () => {
    const { error } = await run(
      PLATFORM_OUTPUTS,
      { ...SPEC, database: { ...SPEC.database, engine: "mysql" } },
      { cell: "eu-1", tenant: { tier: "silo" }, databaseEngine: "postgres" },
      database({ present: false }),
    );
    expect(error).to.be.instanceOf(ImmutableFieldError);
  });

  it("runs the images that the spec names instead of the release's", async () => {
    const image = `registry.example.com/app@sha256:${"b".repeat(64)}`;
    const { recording } = await run(PLATFORM_OUTPUTS, { ...SPEC, release: { app: image } });
    const deployed = (name: string) =>
      JSON.stringify(recording.one("kubernetes:apps/v1:Deployment", `acme-${name}`).inputs);
    expect(deployed("app")).to.contain(image);
    expect(deployed("web")).not.to.contain(image);
  });

  const OWN = { cell: "eu-1", tenant: { tier: "silo" }, database: { engine: "postgres" } };
  const moves: [string, TenantSpec, string][] = [
    ["cell", { ...SPEC, cell: "eu-2" }, "cell is 'eu-2': expected 'eu-1', which it was made with"],
    [
      "database's engine",
      { ...SPEC, database: { ...SPEC.database, engine: "mysql" } },
      "database.engine is 'mysql': expected 'postgres', which it was made with",
    ],
  ];
  for (const [what, spec, message] of moves) {
    it(`refuses to change a living tenant's ${what}, before it makes anything`, async () => {
      const { error, recording } = await run(PLATFORM_OUTPUTS, spec, OWN);
      expect(error).to.be.instanceOf(ImmutableFieldError);
      expect(String(error)).to.contain(message);
      expect(recording.resources).to.deep.equal([]);
    });
  }

  it("changes what may change of a living tenant", async () => {
    const { error } = await run(PLATFORM_OUTPUTS, { ...SPEC, size: "large" }, OWN);
    expect(error).to.equal(undefined);
  });

  it("says that a cell does not exist", async () => {
    const { error, recording } = await run(undefined);
    expect(error).to.be.instanceOf(CellUnavailableError);
    expect(String(error)).to.match(
      /^CellUnavailableError: cell 'eu-1' does not exist: there is no stack '\w+\/tenantry\/eu-1'; run 'pulumi up --stack eu-1' in the platform's project first$/,
    );
    expect(recording.resources).to.deep.equal([]);
  });

  it("says that a cell is not up", async () => {
    const { error, recording } = await run({});
    expect(String(error)).to.equal(
      "CellUnavailableError: cell 'eu-1' is not up: run 'pulumi up --stack eu-1' in the platform's project first",
    );
    expect(recording.resources).to.have.length(1);
  });

  it("names the output that a cell lacks", async () => {
    const { permissionsBoundaryArn: _, ...rest } = PLATFORM_OUTPUTS;
    const { error } = await run(rest);
    expect(error).to.be.instanceOf(CellUnavailableError);
    expect(String(error)).to.contain("cell 'eu-1' cannot be read").and.to.contain("permissionsBoundaryArn");
  });
});
