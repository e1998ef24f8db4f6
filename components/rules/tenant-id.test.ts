import { expect } from "chai";
import { MAX_TENANT_ID_LENGTH, isTenantId, tenantIdProblems } from "./tenant-id";

const CHARACTERS = "expected only lowercase letters a-z, digits and hyphens";
const RESERVED = "is a reserved word: expected a name that nothing else in the cell has";

const BAD: [what: string, id: string, problems: string[]][] = [
  ["uppercase", "Acme", [`id 'Acme': ${CHARACTERS}`]],
  ["64 characters", "a".repeat(64), [`id '${"a".repeat(64)}' has 64 characters: expected 3 to 24`]],
  ["one character too many", "a".repeat(25), [`id '${"a".repeat(25)}' has 25 characters: expected 3 to 24`]],
  ["too short", "ab", ["id 'ab' has 2 characters: expected 3 to 24"]],
  ["empty", "", ["id '' has 0 characters: expected 3 to 24"]],
  ["a double hyphen", "acme--corp", ["id 'acme--corp': expected no two hyphens in a row"]],
  ["a digit first", "3com", ["id '3com': expected a letter first"]],
  ["a hyphen first", "-acme", ["id '-acme': expected a letter first"]],
  ["a hyphen last", "acme-", ["id 'acme-': expected a letter or a digit last"]],
  ["an underscore", "acme_corp", [`id 'acme_corp': ${CHARACTERS}`]],
  ["a dot", "acme.corp", [`id 'acme.corp': ${CHARACTERS}`]],
  ["a slash", "acme/corp", [`id 'acme/corp': ${CHARACTERS}`]],
  ["a line break", "acme\n", [`id 'acme\n': ${CHARACTERS}`]],
  [
    "a letter that only looks like one",
    "аcme",
    [`id 'аcme': ${CHARACTERS}`, "id 'аcme': expected a letter first"],
  ],
  [
    "kube-system",
    "kube-system",
    ["id 'kube-system' begins with the reserved 'kube-': expected another name"],
  ],
  ["default", "default", [`id 'default' ${RESERVED}`]],
  ["shared", "shared", [`id 'shared' ${RESERVED}`]],
  ["a reserved word in uppercase too", "Admin", [`id 'Admin': ${CHARACTERS}`, `id 'Admin' ${RESERVED}`]],
  ["www", "www", [`id 'www' ${RESERVED}`]],
  ["postgres", "postgres", [`id 'postgres' ${RESERVED}`]],
  ["amazon", "amazonia", ["id 'amazonia' begins with the reserved 'amazon': expected another name"]],
  ["aws", "aws-corp", ["id 'aws-corp' begins with the reserved 'aws': expected another name"]],
  ["rdsadmin", "rdsadmin", ["id 'rdsadmin' begins with the reserved 'rds': expected another name"]],
  ["PostgreSQL's prefix", "pg-corp", ["id 'pg-corp' begins with the reserved 'pg-': expected another name"]],
  [
    "this product",
    "tenantry-x",
    ["id 'tenantry-x' begins with the reserved 'tenantry': expected another name"],
  ],
  [
    "an add-on's namespace",
    "my-system",
    ["id 'my-system' ends with the reserved '-system': expected another name"],
  ],
  [
    "several things at once",
    "Kube--",
    [
      `id 'Kube--': ${CHARACTERS}`,
      "id 'Kube--': expected a letter or a digit last",
      "id 'Kube--': expected no two hyphens in a row",
      "id 'Kube--' begins with the reserved 'kube-': expected another name",
    ],
  ],
];

describe("tenant id", () => {
  for (const id of ["acme", "globex", "abc", "a1b2", "initech-eu-2", "a".repeat(MAX_TENANT_ID_LENGTH)]) {
    it(`takes ${id}`, () => {
      expect(tenantIdProblems(id)).to.deep.equal([]);
      expect(isTenantId(id)).to.equal(true);
    });
  }

  for (const [what, id, problems] of BAD) {
    it(`refuses ${what}`, () => {
      expect(tenantIdProblems(id)).to.deep.equal(problems);
      expect(isTenantId(id)).to.equal(false);
    });
  }

  it("calls the value what the caller calls it", () => {
    expect(tenantIdProblems("www", "tenant.id")).to.deep.equal([`tenant.id 'www' ${RESERVED}`]);
  });
});
