import { expect } from "chai";
import { type PacedService, ProcessBudget } from "../budget";
import { AwsAccount } from "./aws";
import { type QueryAnswer, QueryApi, refusal, result } from "./testing/query-api";

const ROLE = "arn:aws:iam::111122223333:role/tenantry-acme";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/0f0e";
const EXPORT_ROLE = "arn:aws:iam::111122223333:role/snapshot-export";
const PREFIX = "acme/snapshots/acme-final";
const SNAPSHOT_ARN = "arn:aws:rds:eu-central-1:111122223333:snapshot:acme-final";

/** What a test server of all of AWS does not do, on answers as the API references of RDS and IAM document them. */
describe("AwsAccount", function () {
  this.timeout(20_000);
  let api: QueryApi;
  let account: AwsAccount;

  before(async () => {
    api = await QueryApi.start();
    account = new AwsAccount({
      region: "eu-central-1",
      endpoint: api.endpoint,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      archives: { name: "archives" },
      exportRoleArn: EXPORT_ROLE,
      pollMs: 5,
    });
  });
  after(() => {
    account.close();
    api.stop();
  });

  it("reads every page of snapshots", async () => {
    api.will(snapshots(["a", "b"], "next"), snapshots(["c"]));
    const found = await account.snapshotsOf("acme");
    expect(found.map(({ identifier }) => identifier)).to.deep.equal(["a", "b", "c"]);
    expect(api.requests.map((request) => request.get("Marker"))).to.deep.equal([null, "next"]);
    expect(api.requests[0]?.get("SnapshotType")).to.equal("manual");
  });

  it("tells from when to when an instance can be brought back, of each of its lifetimes", async () => {
    api.will(
      backups(
        backup("db-OLD", "retained", ["2026-01-01T00:00:00Z", "2026-01-08T00:00:00Z"]),
        backup("db-NEW", "active", ["2026-02-01T00:00:00Z", "2026-02-03T12:00:00Z"]),
      ),
    );
    expect(await account.backupsOf("acme")).to.deep.equal([
      { resourceId: "db-OLD", earliest: new Date("2026-01-01"), latest: new Date("2026-01-08") },
      { resourceId: "db-NEW", earliest: new Date("2026-02-01"), latest: new Date("2026-02-03T12:00Z") },
    ]);
    expect(api.requests[0]?.get("DBInstanceIdentifier")).to.equal("acme");
  });

  it("tells of backups that nothing can be brought back from yet, so that a purge deletes them", async () => {
    api.will(backups(backup("db-NEW", "creating")));
    const [window] = await account.backupsOf("acme");
    expect(window?.resourceId).to.equal("db-NEW");
    expect(window?.latest.getTime()).to.be.below(window?.earliest.getTime() ?? 0);
  });

  it("knows of no backups where RDS knows of none", async () => {
    api.will(refusal("DBInstanceAutomatedBackupNotFound", "Automated backup not found", 404));
    expect(await account.backupsOf("acme")).to.deep.equal([]);
  });

  it("deletes backups by RDS's own id", async () => {
    api.will(result("DeleteDBInstanceAutomatedBackup", ""));
    await account.deleteBackups("db-OLD");
    expect(api.requests[0]?.get("DbiResourceId")).to.equal("db-OLD");
  });

  it("takes backups that are gone for deleted", async () => {
    api.will(refusal("DBInstanceAutomatedBackupNotFound", "Automated backup not found", 404));
    await account.deleteBackups("db-OLD");
  });

  it("fails where backups cannot be deleted, with AWS's code", async () => {
    api.will(refusal("InvalidDBInstanceAutomatedBackupState", "its instance is there"));
    const error: unknown = await account.deleteBackups("db-NEW").catch((thrown: unknown) => thrown);
    expect(error)
      .to.have.property("code")
      .that.matches(/^InvalidDBInstanceAutomatedBackupState/);
  });

  it("exports nothing without a role", async () => {
    const without = new AwsAccount({ region: "eu-central-1", archives: { name: "archives" } });
    expect([without.mayExport, account.mayExport]).to.deep.equal([false, true]);
    const order = { snapshot: "acme-final", prefix: PREFIX, keyArn: KEY };
    const error: unknown = await without.startExport(order).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("message").that.contains("no role");
    without.close();
  });

  it("exports a snapshot into the bucket under the tenant's key, by a name that follows from where to", async () => {
    const started: (string | null | undefined)[] = [];
    for (let time = 0; time < 2; time += 1) {
      api.will(exportTasks(), SOURCE, result("StartExportTask", ""));
      await account.startExport({ snapshot: "acme-final", prefix: PREFIX, keyArn: KEY });
      const request = api.requests[2];
      expect(Object.fromEntries(request ?? [])).to.deep.include({
        SourceArn: SNAPSHOT_ARN,
        S3BucketName: "archives",
        S3Prefix: PREFIX,
        IamRoleArn: EXPORT_ROLE,
        KmsKeyId: KEY,
      });
      started.push(request?.get("ExportTaskIdentifier"));
    }
    expect(started[0]).to.match(/^tenantry-[0-9a-f]{24}-1$/);
    expect(started[1]).to.equal(started[0]);
  });

  it("takes an export that somebody else began meanwhile for begun", async () => {
    api.will(exportTasks(), SOURCE, refusal("ExportTaskAlreadyExists", "it is there"));
    await account.startExport({ snapshot: "acme-final", prefix: PREFIX, keyArn: KEY });
  });

  it("begins no second export beside one that runs or is complete", async () => {
    for (const status of ["STARTING", "IN_PROGRESS", "COMPLETE"]) {
      api.will(exportTasks(["one", status]));
      await account.startExport({ snapshot: "acme-final", prefix: PREFIX, keyArn: KEY });
      expect(api.requests).to.have.length(1);
    }
  });

  it("gives an export that follows a failed one another name", async () => {
    api.will(exportTasks(["one", "FAILED"]), SOURCE, result("StartExportTask", ""));
    await account.startExport({ snapshot: "acme-final", prefix: PREFIX, keyArn: KEY });
    expect(api.requests[2]?.get("ExportTaskIdentifier")).to.match(/-2$/);
  });

  for (const [status, state] of [
    ["STARTING", "running"],
    ["IN_PROGRESS", "running"],
    ["CANCELING", "running"],
    ["COMPLETE", "complete"],
    ["CANCELED", "failed"],
  ] as const) {
    it(`takes ${status} for ${state}`, async () => {
      api.will(exportTasks(["one", status]));
      expect(await account.findExport(PREFIX)).to.include({ state, location: `${PREFIX}/one` });
    });
  }

  it("tells why an export failed and when, and goes by the one that did not", async () => {
    api.will(exportTasks(["one", "FAILED"]));
    expect(await account.findExport(PREFIX)).to.deep.equal({
      state: "failed",
      location: `${PREFIX}/one`,
      reason: "the role may not write",
      endedAt: new Date("2026-01-01T00:00:00Z"),
    });
    api.will(exportTasks(["one", "FAILED"], ["two", "COMPLETE"]));
    expect((await account.findExport(PREFIX))?.location).to.equal(`${PREFIX}/two`);
  });

  it("takes no notice of exports elsewhere", async () => {
    api.will(exportTasks(["one", "COMPLETE", `${PREFIX}-2`]));
    expect(await account.findExport(PREFIX)).to.equal(undefined);
  });

  it("cancels exports that run, and waits until they have ended", async () => {
    api.will(
      exportTasks(["one", "IN_PROGRESS"], ["other", "IN_PROGRESS", "globex/snapshots/x"]),
      result("CancelExportTask", ""),
      exportTasks(["one", "CANCELING"]),
      exportTasks(["one", "CANCELED"]),
    );
    await account.endExports("acme/");
    const cancelled = api.requests.filter((request) => request.get("Action") === "CancelExportTask");
    expect(cancelled.map((request) => request.get("ExportTaskIdentifier"))).to.deep.equal(["one"]);
    expect(api.requests).to.have.length(4);
  });

  it("asks the simulator as a decryption through Secrets Manager", async () => {
    api.will(decisions("allowed"));
    expect(await account.mayDecrypt(ROLE, KEY)).to.equal(true);
    const [request] = api.requests;
    expect(Object.fromEntries(request ?? [])).to.deep.include({
      PolicySourceArn: ROLE,
      "ActionNames.member.1": "kms:Decrypt",
      "ResourceArns.member.1": KEY,
      "ContextEntries.member.1.ContextKeyName": "kms:ViaService",
      "ContextEntries.member.1.ContextKeyValues.member.1": "secretsmanager.eu-central-1.amazonaws.com",
    });
  });

  for (const decision of ["implicitDeny", "explicitDeny"]) {
    it(`takes ${decision} for no`, async () => {
      api.will(decisions(decision));
      expect(await account.mayDecrypt(ROLE, KEY)).to.equal(false);
    });
  }

  it("takes no answer for no", async () => {
    api.will(decisions());
    expect(await account.mayDecrypt(ROLE, KEY)).to.equal(false);
  });

  it("takes each call from the budget, a retry and a page, too", async () => {
    const taken: string[] = [];
    const budget = new (class extends ProcessBudget {
      override reserve(service: PacedService, calls: number): Promise<number> {
        taken.push(service);
        return super.reserve(service, calls);
      }
    })();
    const access = { region: "eu-central-1", endpoint: api.endpoint, budget };
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const paced = new AwsAccount({ ...access, credentials, archives: { name: "archives" } });
    api.will(snapshots(["a"], "next"), snapshots(["b"]));
    await paced.snapshotsOf("acme");
    api.will(refusal("Throttling", "Rate exceeded"), decisions("allowed"));
    await paced.mayDecrypt(ROLE, KEY);
    paced.close();
    expect(taken).to.deep.equal(["rds", "rds", "iam", "iam"]);
  });

  it("tries again where AWS throttles", async () => {
    api.will(refusal("Throttling", "Rate exceeded"), decisions("allowed"));
    expect(await account.mayDecrypt(ROLE, KEY)).to.equal(true);
    expect(api.requests).to.have.length(2);
  });
});

function snapshots(names: readonly string[], marker?: string): QueryAnswer {
  const items = names.map(
    (name) =>
      `<DBSnapshot><DBSnapshotIdentifier>${name}</DBSnapshotIdentifier><DBInstanceIdentifier>acme</DBInstanceIdentifier>` +
      "<SnapshotCreateTime>2026-01-01T00:00:00Z</SnapshotCreateTime></DBSnapshot>",
  );
  const next = marker === undefined ? "" : `<Marker>${marker}</Marker>`;
  return result("DescribeDBSnapshots", `<DBSnapshots>${items.join("")}</DBSnapshots>${next}`);
}

/** Tasks of the tenant's, or of another prefix: name, status, prefix. */
function exportTasks(
  ...tasks: readonly (readonly [name: string, status: string, prefix?: string])[]
): QueryAnswer {
  const items = tasks.map(
    ([name, status, prefix = PREFIX]) =>
      `<ExportTask><ExportTaskIdentifier>${name}</ExportTaskIdentifier><Status>${status}</Status>` +
      `<S3Bucket>archives</S3Bucket><S3Prefix>${prefix}</S3Prefix>` +
      (status === "FAILED"
        ? "<FailureCause>the role may not write</FailureCause><TaskEndTime>2026-01-01T00:00:00Z</TaskEndTime>"
        : "") +
      "</ExportTask>",
  );
  return result("DescribeExportTasks", `<ExportTasks>${items.join("")}</ExportTasks>`);
}

/** The snapshot that is exported. */
const SOURCE = result(
  "DescribeDBSnapshots",
  `<DBSnapshots><DBSnapshot><DBSnapshotIdentifier>acme-final</DBSnapshotIdentifier><DBSnapshotArn>${SNAPSHOT_ARN}</DBSnapshotArn></DBSnapshot></DBSnapshots>`,
);

function backups(...items: readonly string[]): QueryAnswer {
  return result(
    "DescribeDBInstanceAutomatedBackups",
    `<DBInstanceAutomatedBackups>${items.join("")}</DBInstanceAutomatedBackups>`,
  );
}

function backup(resourceId: string, status: string, window?: readonly [string, string]): string {
  const restore =
    window === undefined
      ? ""
      : `<RestoreWindow><EarliestTime>${window[0]}</EarliestTime><LatestTime>${window[1]}</LatestTime></RestoreWindow>`;
  return (
    `<DBInstanceAutomatedBackup><DbiResourceId>${resourceId}</DbiResourceId><Status>${status}</Status>` +
    `<InstanceCreateTime>2026-01-01T00:00:00Z</InstanceCreateTime>${restore}</DBInstanceAutomatedBackup>`
  );
}

function decisions(...all: readonly string[]): QueryAnswer {
  const members = all.map(
    (decision) =>
      `<member><EvalActionName>kms:Decrypt</EvalActionName><EvalDecision>${decision}</EvalDecision></member>`,
  );
  return result(
    "SimulatePrincipalPolicy",
    `<IsTruncated>false</IsTruncated><EvaluationResults>${members.join("")}</EvaluationResults>`,
  );
}
