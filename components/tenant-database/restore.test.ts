import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { tenantProviders } from "../providers";
import { TEST_CELL } from "../testing/cell";
import { record } from "../testing/record";
import { TenantDatabase, type TenantDatabaseArgs } from "./tenant-database";

const INSTANCE = "aws:rds/instance:Instance";
const RESOURCE_ID = "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const TIME = "2026-11-24T03:00:00Z";

/** Inputs of the instance that a database's arguments make. */
async function instance(
  changes: Pick<TenantDatabaseArgs, "restoreFrom" | "lifetime">,
): Promise<Record<string, unknown>> {
  const recording = await record(
    () => {
      const providers = tenantProviders("acme", TEST_CELL);
      const opts = { provider: providers.aws };
      const silo = {
        namespace: pulumi.output("acme"),
        key: new aws.kms.Key("acme-key", {}, opts),
        role: new aws.iam.Role("acme-role", { assumeRolePolicy: "{}" }, opts),
        podSecurityGroup: new aws.ec2.SecurityGroup("acme-pods", {}, opts),
      };
      new TenantDatabase(
        "acme",
        {
          tenant: { id: "acme" },
          cell: TEST_CELL,
          silo,
          isolation: "instance",
          engine: "postgres",
          size: "small",
          ...changes,
        },
        { providers: { ...providers } },
      );
    },
    ({ type }) => {
      if (type === "aws:kms/key:Key") return { arn: "arn:key", keyId: "11112222-3333" };
      if (type !== INSTANCE) return {};
      return { resourceId: RESOURCE_ID, port: 5432, masterUserSecrets: [{ secretArn: "arn:secret" }] };
    },
  );
  return recording.one(INSTANCE, "acme-database").inputs;
}

async function refusal(changes: Pick<TenantDatabaseArgs, "restoreFrom" | "lifetime">): Promise<string> {
  try {
    await instance(changes);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "accepted";
}

describe("a TenantDatabase that is restored", () => {
  let fresh: Record<string, unknown>;
  before(async () => {
    fresh = await instance({});
  });

  /** What a fresh instance is given, without what RDS takes from the source. */
  function inherited(): Record<string, unknown> {
    const { dbName: _name, username: _user, allocatedStorage: _storage, ...rest } = fresh;
    return rest;
  }

  it("is made from a snapshot, whose database, user and storage it takes", async () => {
    expect(await instance({ restoreFrom: { snapshot: "acme-final" } })).to.deep.equal({
      ...inherited(),
      snapshotIdentifier: "acme-final",
    });
  });

  it("is made from a point in time of an instance that may be gone", async () => {
    expect(await instance({ restoreFrom: { resourceId: RESOURCE_ID, time: TIME } })).to.deep.equal({
      ...inherited(),
      restoreToPointInTime: { sourceDbiResourceId: RESOURCE_ID, restoreTime: TIME },
    });
  });

  it("leaves a final snapshot that the first has not taken the name of", async () => {
    expect(fresh["finalSnapshotIdentifier"]).to.equal("eu-1-t-acme-final-11112222");
    expect((await instance({ lifetime: 2 }))["finalSnapshotIdentifier"]).to.equal(
      "eu-1-t-acme-final-11112222-2",
    );
  });

  const refused: [TenantDatabaseArgs["restoreFrom"], string][] = [
    [{ snapshot: "" }, "restoreFrom.snapshot is '': expected the identifier or ARN of a DB snapshot"],
    [
      { resourceId: "eu-1-t-acme", time: TIME },
      "restoreFrom.resourceId is 'eu-1-t-acme': expected an instance's resource id, db- and capital letters and digits",
    ],
    [
      { resourceId: RESOURCE_ID, time: "2026-11-24T03:00:00+01:00" },
      "restoreFrom.time is '2026-11-24T03:00:00+01:00': expected a moment in UTC, such as 2026-11-24T03:00:00Z",
    ],
    [
      { resourceId: RESOURCE_ID, time: "2026-13-24T03:00:00Z" },
      "restoreFrom.time is '2026-13-24T03:00:00Z': expected a moment in UTC, such as 2026-11-24T03:00:00Z",
    ],
  ];
  for (const [restoreFrom, message] of refused) {
    it(`refuses ${JSON.stringify(restoreFrom)}`, async () => {
      expect(await refusal({ restoreFrom })).to.equal(`TenantDatabase 'acme': ${message}`);
    });
  }

  it("refuses a lifetime before the first", async () => {
    expect(await refusal({ lifetime: 0 })).to.equal(
      "TenantDatabase 'acme': lifetime is 0: expected a whole number of at least 1",
    );
  });
});
