import { expect } from "chai";
import * as fc from "fast-check";
import { MAX_CELL_NAME_LENGTH, cellNameProblems } from "./cell-name";
import { MAX_TENANT_ID_LENGTH, isTenantId } from "./tenant-id";
import { MAX_DATABASE_USER_LENGTH, tenantNames } from "./tenant-names";

/** Words of letters, digits and hyphens, most of them valid; what isn't is filtered by the rule under test. */
function slug(maxLength: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz"),
      fc.string({ unit: fc.constantFrom(..."abcxyz0189-"), maxLength: maxLength - 1 }),
    )
    .map(([first, rest]) => first + rest);
}

const tenantId = slug(MAX_TENANT_ID_LENGTH).filter(isTenantId);
const cellName = slug(MAX_CELL_NAME_LENGTH).filter((name) => cellNameProblems(name).length === 0);
const DOMAIN = "tenantry.example";

/** Grammars of the places where names are used, each from that place's own reference. */
const GRAMMARS = {
  // https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
  dnsLabel: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html (RoleName)
  role: /^[\w+=,.@-]{1,64}$/,
  // https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html (AliasName)
  alias: /^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/,
  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (DBInstanceIdentifier)
  databaseIdentifier: /^(?=.{1,63}$)[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/,
  // the same page, DBName: letters, digits and underscores, a letter first, 63 for PostgreSQL and 64 for MySQL
  databaseName: /^[a-z][a-z0-9_]{0,62}$/,
  // the same page, MasterUsername
  databaseUser: /^[a-z][a-z0-9_]{0,15}$/,
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  bucket:
    /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|--x-s3|--table-s3)$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html (Name)
  targetGroup: /^(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/,
};

describe("tenant names", () => {
  it("are these for acme", () => {
    expect(tenantNames("acme", { name: "eu-1", domain: DOMAIN })).to.deep.equal({
      namespace: "acme",
      hostName: "acme.tenantry.example",
      operatorsGroup: "tenantry:acme:operators",
      roleName: "tenantry-eu-1-t-acme",
      keyAlias: "alias/tenantry/eu-1/acme",
      databaseIdentifier: "eu-1-t-acme",
      databaseName: "t_acme",
      databaseUser: "t_acme",
    });
  });

  it("are valid everywhere they are used", () => {
    fc.assert(
      fc.property(tenantId, cellName, (id, cell) => {
        const names = tenantNames(id, { name: cell, domain: DOMAIN });
        expect(id).to.match(GRAMMARS.dnsLabel);
        expect(id).to.match(GRAMMARS.bucket);
        expect(`${id}-0a1b2c3`).to.match(GRAMMARS.targetGroup);
        expect(names.namespace).to.match(GRAMMARS.dnsLabel);
        expect(names.hostName.split(".")[0]).to.match(GRAMMARS.dnsLabel);
        expect(names.roleName).to.match(GRAMMARS.role);
        expect(names.keyAlias).to.match(GRAMMARS.alias);
        expect(names.databaseIdentifier).to.match(GRAMMARS.databaseIdentifier);
        expect(names.databaseName).to.match(GRAMMARS.databaseName);
        expect(names.databaseUser).to.match(GRAMMARS.databaseUser);
        expect(names.databaseUser).not.to.match(/^pg_|^rds/);
      }),
      { numRuns: 2000 },
    );
  });

  it("fit at the longest cell and tenant", () => {
    const cell = "c".repeat(MAX_CELL_NAME_LENGTH);
    const id = "t".repeat(MAX_TENANT_ID_LENGTH);
    const names = tenantNames(id, { name: cell, domain: DOMAIN });
    expect(names.roleName).to.have.length(64);
    expect(names.databaseIdentifier).to.have.length(28 + 3 + 24);
    expect(names.databaseUser).to.have.length(MAX_DATABASE_USER_LENGTH);
  });

  it("are different for different tenants", () => {
    fc.assert(
      fc.property(tenantId, tenantId, (one, other) => {
        fc.pre(one !== other);
        const cell = { name: "eu-1", domain: DOMAIN };
        const first = tenantNames(one, cell);
        const second = tenantNames(other, cell);
        for (const [key, value] of Object.entries(first))
          expect(Object.entries(second)).not.to.deep.include([key, value]);
      }),
      { numRuns: 2000 },
    );
  });

  /** Slugs of so few words that cells and tenants often share an end and a beginning, the mark among them. */
  const fewWords = fc
    .array(fc.constantFrom("eu", "t", "west", "acme"), { minLength: 1, maxLength: 3 })
    .map((words) => words.join("-"));
  const place = fc
    .record({ cell: fewWords, id: fewWords })
    .filter(({ cell, id }) => cellNameProblems(cell).length === 0 && isTenantId(id));

  it("are different for different tenants of different cells, where the account has only one", () => {
    fc.assert(
      fc.property(place, place, (one, other) => {
        fc.pre(one.cell !== other.cell || one.id !== other.id);
        const first = tenantNames(one.id, { name: one.cell, domain: DOMAIN });
        const second = tenantNames(other.id, { name: other.cell, domain: DOMAIN });
        for (const key of ["roleName", "keyAlias", "databaseIdentifier"] as const)
          expect(first[key]).not.to.equal(second[key]);
      }),
      { numRuns: 5000 },
    );
  });

  it("tell a cell's end from a tenant's beginning", () => {
    const identifier = (cell: string, id: string) =>
      tenantNames(id, { name: cell, domain: DOMAIN }).databaseIdentifier;
    expect(identifier("eu", "west-acme")).to.equal("eu-t-west-acme");
    expect(identifier("eu-west", "acme")).to.equal("eu-west-t-acme");
  });

  it("tell long ids apart that begin alike", () => {
    const user = (id: string) => tenantNames(id, { name: "eu-1", domain: DOMAIN }).databaseUser;
    expect(user("international-alpha")).to.match(/^t_intern__[0-9a-z]{6}$/);
    expect(user("international-alpha")).not.to.equal(user("international-beta"));
  });

  it("keep the whole id in a user's name that fits exactly", () => {
    expect(tenantNames("fourteen-chars", { name: "eu-1", domain: DOMAIN }).databaseUser).to.equal(
      "t_fourteen_chars",
    );
  });
});
