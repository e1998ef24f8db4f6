import { expect } from "chai";
import { tenantNames } from "../rules/tenant-names";
import { databaseAccessPolicy } from "../tenant-database/access";
import { ownSecretsPolicy } from "../tenant-silo/identity";
import { TEST_CELL } from "../testing/cell";
import { tenantBoundaryPolicy } from "./tenant-boundary";

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string;
  readonly Condition?: object;
}

const statementsOf = (document: object): Statement[] => (document as { Statement: Statement[] }).Statement;
const actionsOf = ({ Action }: Statement): string[] => [Action].flat();

describe("TenantBoundary", () => {
  const boundary = statementsOf(
    tenantBoundaryPolicy({
      cell: "eu-1",
      accountId: "123456789012",
      region: "eu-central-1",
      partition: "aws",
    }),
  );
  const allowed = boundary.filter(({ Effect }) => Effect === "Allow");

  it("allows by name only, and only inside the account", () => {
    for (const statement of allowed) {
      expect(
        actionsOf(statement).some((action) => action.includes("*")),
        statement.Sid,
      ).to.equal(false);
      expect(statement.Resource, statement.Sid).to.contain(":eu-central-1:123456789012:");
    }
  });

  it("ties secrets and keys to the tenant of the session", () => {
    const tied = allowed.filter((statement) => !actionsOf(statement).includes("rds-db:connect"));
    expect(tied).to.have.length(3);
    for (const { Sid, Condition } of tied) {
      expect(JSON.stringify(Condition), Sid).to.contain("${aws:PrincipalTag/kubernetes-namespace}");
    }
  });

  it("ties a database's secret to the instance of the session's tenant in this cell", () => {
    const { Condition } = allowed.find(({ Sid }) => Sid === "OwnDatabaseSecret") ?? {};
    expect(Condition).to.deep.equal({
      ArnEquals: {
        "aws:ResourceTag/aws:rds:primaryDBInstanceArn":
          "arn:aws:rds:eu-central-1:123456789012:db:eu-1-t-${aws:PrincipalTag/kubernetes-namespace}",
      },
    });
    expect(tenantNames("acme", TEST_CELL).databaseIdentifier).to.equal("eu-1-t-acme");
  });

  it("denies whatever could change rights", () => {
    const denied = boundary.filter(({ Effect }) => Effect === "Deny").flatMap(actionsOf);
    expect(denied).to.deep.equal(["iam:*", "organizations:*", "sts:AssumeRole", "sts:TagSession"]);
  });

  it("leaves a tenant's own policies their actions", () => {
    const own = [
      ...statementsOf(ownSecretsPolicy("acme", "arn:key", TEST_CELL)),
      ...statementsOf(
        databaseAccessPolicy(
          { resourceId: "db-1", user: "t_acme", secretArn: "arn:secret", keyArn: "arn:key" },
          TEST_CELL,
        ),
      ),
    ].flatMap(actionsOf);
    expect(allowed.flatMap(actionsOf)).to.include.members(own);
  });
});
