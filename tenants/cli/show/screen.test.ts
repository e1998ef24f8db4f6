import { expect } from "chai";
import { NotFoundError } from "../failure";
import { renderScreen } from "./screen";
import { parseTenantOutputs } from "./tenant";

const FACTS = {
  tenant: { id: "acme", name: "Acme Corporation", tier: "silo", size: "small" },
  cell: "local",
  presence: "serving" as const,
  namespace: "acme",
  hostName: "acme.local.example.com",
  operatorsGroup: "tenantry:acme:operators",
  keyArn: "arn:key",
  roleArn: "arn:role",
  database: {
    engine: "postgres",
    endpoint: "db.example.com",
    port: 5432,
    name: "t_acme",
    username: "t_acme",
    secretArn: "arn:secret",
    deletionProtection: true,
  },
  release: "1.0.0",
};

const screen = {
  facts: FACTS,
  resources: 47,
  lastOperation: { kind: "update", result: "succeeded", ended: new Date("2026-01-02T03:04:05Z") },
  use: { quota: [{ resource: "requests.cpu", used: "350m", limit: "1900m" }], pods: { ready: 4, total: 4 } },
};

describe("a tenant's screen", () => {
  it("shows everything an operator asks for", () => {
    const text = renderScreen(screen);
    expect(text).to.match(/^Namespace +acme$/m);
    expect(text).to.match(/^Host name +acme\.local\.example\.com$/m);
    expect(text).to.match(/^Database +postgres db\.example\.com:5432\/t_acme as t_acme$/m);
    expect(text).to.match(/^Key +arn:key$/m);
    expect(text).to.match(/^Role +arn:role$/m);
    expect(text).to.match(/^Pods +4 of 4 ready$/m);
    expect(text).to.match(/^ {2}requests\.cpu +350m of 1900m$/m);
    expect(text).to.match(/^Last operation +update succeeded at 2026-01-02T03:04:05\.000Z$/m);
  });

  it("fits a terminal of 24 lines with a quota of six", () => {
    const quota = Array.from({ length: 6 }, (_, index) => ({ resource: `r${index}`, used: "0", limit: "1" }));
    expect(
      renderScreen({ ...screen, use: { ...screen.use, quota } })
        .trimEnd()
        .split("\n").length,
    ).to.be.at.most(24);
  });

  it("shows what is left of a retained tenant", () => {
    const { namespace: _namespace, roleArn: _role, database: _database, ...kept } = FACTS;
    const text = renderScreen({ ...screen, facts: { ...kept, presence: "retained" } });
    expect(text).to.match(/^Presence +retained$/m);
    expect(text).to.match(/^Namespace +none$/m);
    expect(text).to.match(/^Role +none$/m);
    expect(text).to.match(/^Database +none$/m);
    expect(text).to.match(/^Key +arn:key$/m);
  });

  it("says why the cluster did not answer", () => {
    const text = renderScreen({ ...screen, use: undefined, useProblem: "no answer in 5 s" });
    expect(text).to.match(/^Pods +unknown: no answer in 5 s$/m);
  });
});

describe("a tenant's outputs", () => {
  const outputs = (values: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { value, secret: false, known: true }]),
    );

  it("are read", () => {
    expect(parseTenantOutputs("acme", outputs(FACTS))).to.deep.equal(FACTS);
  });

  it("are read where the tenant has no namespace, role and database", () => {
    const { namespace: _namespace, roleArn: _role, database: _database, ...retained } = FACTS;
    expect(parseTenantOutputs("acme", outputs(retained))).to.deep.equal(retained);
  });

  it("are refused where one is missing, by name", () => {
    const rest: Partial<typeof FACTS> = { ...FACTS };
    delete rest.keyArn;
    expect(() => parseTenantOutputs("acme", outputs(rest))).to.throw(
      NotFoundError,
      "its output 'keyArn' is missing",
    );
  });
});
