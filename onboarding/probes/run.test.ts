import { expect } from "chai";
import { DatabaseError } from "pg";
import { CellDirectory } from "../cells";
import { TenantDatabases } from "../databases";
import { ProblemError } from "../lifecycle";
import { tenantOf } from "../api/testing/fakes";
import { type Finding, type Probe, type ProbeContext, isBreach, runProbes } from ".";

const PASSED: Finding = { outcome: "passed" };

function unreachable(): Promise<never> {
  return Promise.reject(new Error("no probe of these asks it"));
}

const ACCOUNT: ProbeContext["account"] = {
  credentials: unreachable,
  rotate: unreachable,
  findSnapshot: unreachable,
  snapshotsOf: unreachable,
  manualSnapshots: unreachable,
  deleteSnapshot: unreachable,
  mayExport: false,
  startExport: unreachable,
  findExport: unreachable,
  endExports: unreachable,
  deleteExport: unreachable,
  backupsOf: unreachable,
  deleteBackups: unreachable,
  mayDecrypt: unreachable,
  putArchive: unreachable,
  getArchive: unreachable,
  listArchives: unreachable,
  deleteArchive: unreachable,
};

/** What the probes are run with; those of these tests look at nothing of it. */
const CONTEXT: ProbeContext = {
  tenant: tenantOf("acme"),
  neighbour: undefined,
  cells: new CellDirectory({ list: unreachable, outputs: unreachable }),
  databases: new TenantDatabases({ credentials: unreachable }, { ca: false }),
  account: ACCOUNT,
};

/** A probe that answers so, one answer a time, the last one again and again. */
class Scripted implements Probe {
  readonly name = "scripted";
  asked = 0;

  constructor(
    readonly kind: Probe["kind"],
    private readonly answers: readonly (Finding | Error)[],
    readonly presences: Probe["presences"] = ["serving"],
  ) {}

  run(): Promise<Finding> {
    const answer = this.answers[Math.min(this.asked, this.answers.length - 1)] ?? PASSED;
    this.asked += 1;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }
}

async function run(probe: Probe, patienceMs = 200) {
  const [result] = await runProbes(CONTEXT, { patienceMs, pauseMs: 5, probes: [probe] });
  if (result === undefined) throw new Error("the probe was not asked");
  return result;
}

describe("probes", () => {
  const down: Finding = { outcome: "failed", reason: "web has 0 of 2 pods Ready" };

  it("asks a positive one again until it passes", async () => {
    const probe = new Scripted("positive", [down, new Error("connect ECONNREFUSED"), PASSED]);
    expect((await run(probe)).finding).to.deep.equal(PASSED);
    expect(probe.asked).to.equal(3);
  });

  it("asks a positive one no longer than patience lasts", async () => {
    const probe = new Scripted("positive", [down]);
    expect((await run(probe, 30)).finding).to.deep.equal(down);
    expect(probe.asked).to.be.greaterThan(1);
  });

  it("asks a positive one once where there is no patience", async () => {
    const probe = new Scripted("positive", [down]);
    await run(probe, 0);
    expect(probe.asked).to.equal(1);
  });

  it("takes a negative one that failed at its word: a breach", async () => {
    const probe = new Scripted("negative", [{ outcome: "failed", reason: "it may list pods" }, PASSED]);
    const result = await run(probe);
    expect(probe.asked).to.equal(1);
    expect(isBreach(result)).to.equal(true);
  });

  it("asks a negative one again that could not be asked", async () => {
    const probe = new Scripted("negative", [new Error("connect ECONNREFUSED"), PASSED]);
    expect((await run(probe)).finding).to.deep.equal(PASSED);
  });

  it("takes a negative one for a breach once it could be asked and failed", async () => {
    const open: Finding = { outcome: "failed", reason: "it may list pods" };
    const probe = new Scripted("negative", [new Error("connect ECONNREFUSED"), open, PASSED]);
    const result = await run(probe);
    expect(probe.asked).to.equal(2);
    expect(isBreach(result)).to.equal(true);
  });

  it("asks another neighbour where one could not be asked, and tells of the one that it got through to", async () => {
    const asked: (string | undefined)[] = [];
    const breached: (string | undefined)[] = [];
    const probe: Probe = {
      name: "picky",
      kind: "negative",
      presences: ["serving"],
      run: ({ neighbour }) => {
        asked.push(neighbour?.id);
        if (neighbour?.id === "globex") return Promise.reject(new Error("its secret is gone"));
        return Promise.resolve({ outcome: "failed", reason: "it got through" });
      },
    };
    await runProbes(
      { ...CONTEXT, neighbour: tenantOf("globex") },
      {
        patienceMs: 200,
        pauseMs: 5,
        probes: [probe],
        neighbourAgain: () => Promise.resolve(tenantOf("initech")),
        onBreach: (_, neighbour) => breached.push(neighbour?.id),
      },
    );
    expect(asked).to.deep.equal(["globex", "initech"]);
    expect(breached).to.deep.equal(["initech"]);
  });

  it("tells staff of the neighbour that it could not ask last", async () => {
    const unasked: (string | undefined)[] = [];
    await runProbes(
      { ...CONTEXT, neighbour: tenantOf("globex") },
      {
        patienceMs: 30,
        pauseMs: 5,
        probes: [new Scripted("negative", [new Error("its secret is gone")])],
        neighbourAgain: () => Promise.resolve(tenantOf("initech")),
        onUnasked: (_probe, _reason, neighbour) => unasked.push(neighbour?.id),
      },
    );
    expect(unasked).to.deep.equal(["initech"]);
  });

  it("knows no breach where a negative one could not be asked", async () => {
    const result = await run(new Scripted("negative", [new Error("it is odd")]), 20);
    expect(result.finding).to.deep.equal({
      outcome: "failed",
      reason: "could not be asked: it met an error, on this tenant's side or a neighbour's",
    });
    expect(isBreach(result)).to.equal(false);
  });

  it("knows no breach where a positive one failed", async () => {
    expect(isBreach(await run(new Scripted("positive", [down]), 0))).to.equal(false);
  });

  const gone = new DatabaseError('database "t_acme" is not currently accepting connections', 0, "error");
  gone.code = "55000";
  const KINDS: readonly (readonly [Error, string])[] = [
    [gone, "database-unavailable"],
    [new ProblemError({ type: "cluster-unavailable", detail: "it does not answer" }), "cluster-unavailable"],
    [Object.assign(new Error("Rate exceeded"), { code: "ThrottlingException" }), "throttled"],
  ];
  for (const [error, problem] of KINDS) {
    it(`says of what kind it is that kept one from being asked: ${problem}`, async () => {
      const { finding } = await run(new Scripted("positive", [error]), 0);
      expect(finding).to.deep.equal({
        outcome: "failed",
        reason: `could not be asked: ${error.message}`,
        problem,
      });
    });
  }

  it("asks only those that the tenant's presence has a use for", async () => {
    const probes = [new Scripted("positive", [PASSED], ["suspended"]), new Scripted("positive", [PASSED])];
    const results = await runProbes(CONTEXT, { patienceMs: 0, probes });
    expect(results).to.have.length(1);
    expect(probes.map(({ asked }) => asked)).to.deep.equal([0, 1]);
  });

  it("does not ask again what there is nothing to try on, and tells of each result", async () => {
    const told: string[] = [];
    const probe = new Scripted("negative", [{ outcome: "skipped", reason: "no neighbour" }, down]);
    await runProbes(CONTEXT, {
      patienceMs: 50,
      probes: [probe],
      onResult: ({ finding }) => told.push(finding.outcome),
    });
    expect(probe.asked).to.equal(1);
    expect(told).to.deep.equal(["skipped"]);
  });
});
