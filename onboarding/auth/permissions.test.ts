import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { PERMISSIONS, ROLES, type Role, covers, scopeOf } from ".";

describe("permissions", () => {
  const permissionsOf = (role: Role, reach: string): string[] =>
    Object.entries(PERMISSIONS)
      .filter(([, row]) => row[role] === reach)
      .map(([permission]) => permission);

  it("lets an auditor change nothing", () => {
    expect(permissionsOf("auditor", "none").filter((name) => name.endsWith(".read"))).to.deep.equal([]);
    expect(permissionsOf("auditor", "all").filter((name) => !name.endsWith(".read"))).to.deep.equal([]);
  });

  it("keeps purges, webhooks' writes and the audit log from an operator", () => {
    expect(permissionsOf("operator", "none")).to.deep.equal([
      "tenants.purge",
      "webhooks.write",
      "audit.read",
    ]);
  });

  it("gives a tenant-admin its own tenant, and the tiers", () => {
    expect(permissionsOf("tenant-admin", "all")).to.deep.equal(["tiers.read"]);
    expect(permissionsOf("tenant-admin", "own-tenant")).to.deep.equal([
      "tenants.read",
      "tenants.rotate",
      "operations.read",
    ]);
  });

  it("gives an admin everything", () => {
    expect(permissionsOf("admin", "all")).to.deep.equal(Object.keys(PERMISSIONS));
  });

  it("gives nothing to who has no role, and to a tenant-admin without a tenant", () => {
    expect(scopeOf("tenants.read", { roles: [] })).to.equal(undefined);
    expect(scopeOf("tenants.read", { roles: ["tenant-admin"] })).to.equal(undefined);
  });

  it("takes the role that reaches farthest", () => {
    expect(scopeOf("tenants.read", { roles: ["tenant-admin", "auditor"], tenantId: "acme" })).to.deep.equal({
      kind: "all",
    });
  });

  it("are told by the README as they are", () => {
    const page = readFileSync(path.join(__dirname, "README.md"), "utf8");
    const told = [...page.matchAll(/^\| `([a-z]+\.[a-z]+)` +\|(.*)\|$/gm)].map(
      ([, permission, cells = ""]) => [permission, ...cells.split("|").map((cell) => cell.trim())],
    );
    const words = { all: "all", "own-tenant": "own", none: "-" };
    const rows = Object.entries(PERMISSIONS).map(([permission, row]) => [
      permission,
      ...ROLES.map((role) => words[row[role]]),
    ]);
    expect(told).to.deep.equal(rows);
  });

  it("covers a tenant's own id and no other", () => {
    const scope = scopeOf("tenants.read", { roles: ["tenant-admin"], tenantId: "acme" });
    if (scope === undefined) throw new Error("no scope");
    expect(["acme", "acme2", "acm", "ACME", ""].filter((id) => covers(scope, id))).to.deep.equal(["acme"]);
  });
});
