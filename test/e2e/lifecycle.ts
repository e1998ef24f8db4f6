import { expect } from "chai";
import * as path from "node:path";
import { TENANTS } from "./tenants";
import type { World } from "../world/world";

const JUDGED = ["--policy-pack", "policy/guardrails"];

/** Builds the cell and its tenants, then asks whether the engine agrees that nothing is left to do. */
export function describeBuilding(world: World): void {
  describe("npm start", () => {
    it("builds the cell and both tenants", async () => {
      const { code, stdout, stderr } = await world.run("node", ["--require=tsx/cjs", "local/start/index.ts"]);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.match(/^local: done: 101 created/m);
      for (const tenant of TENANTS) {
        expect(stdout).to.match(
          new RegExp(`^${tenant}: onboard succeeded: 49 created; \\d of 9 probes passed`, "m"),
        );
      }
    });

    it("finds nothing to do when it is run again", async () => {
      const { code, stdout, stderr } = await world.run("node", ["--require=tsx/cjs", "local/start/index.ts"]);
      expect(code, stderr).to.equal(0);
      expect(stdout).to.match(/^local: done: 101 unchanged/m);
      for (const tenant of TENANTS) expect(stdout).to.match(new RegExp(`^ +${tenant} is active$`, "m"));
    });

    it("leaves every pod of both tenants ready", async () => {
      for (const tenant of TENANTS) {
        const { code, stderr } = await world.kubectl([
          "wait",
          "pod",
          "--all",
          "-n",
          tenant,
          "--for=condition=Ready",
          "--timeout=20s",
        ]);
        expect(code, stderr).to.equal(0);
      }
    });
  });

  describe("the engine by hand", () => {
    it("previews no change of the cell", async () => {
      await world.succeed("pulumi", ["preview", "-s", "local", "--expect-no-changes", ...JUDGED]);
    });

    it("refreshes the cell without a change", async () => {
      await world.succeed("pulumi", [
        "refresh",
        "-s",
        "local",
        "--yes",
        "--skip-preview",
        "--expect-no-changes",
      ]);
    });

    it("previews a production cell, and the pack lets it pass", async () => {
      const backend = { PULUMI_BACKEND_URL: `file://${world.scratch("prod")}` };
      const stack = ["-s", "prod", "--config-file", world.copy("Pulumi.prod.yaml")];
      await world.initStack("prod", backend);
      const { code, stdout } = await world.run("pulumi", ["preview", ...stack, ...JUDGED], backend);
      expect(code, stdout).to.equal(0);
      expect(stdout).to.contain("tenantry-guardrails");
      expect(stdout).to.match(/\+ \d+ to create/);
    });

    for (const tenant of TENANTS) {
      it(`previews no change of ${tenant}`, async () => {
        const { code, stdout, stderr } = await world.tenantry("preview", tenant);
        expect(code, stderr).to.equal(0);
        expect(stdout).to.match(new RegExp(`^${tenant}: done: 49 unchanged`, "m"));
      });

      it(`refreshes ${tenant} without a change`, async () => {
        const { code, stdout, stderr } = await world.tenantry("refresh", tenant);
        expect(code, stderr).to.equal(0);
        expect(stdout).to.match(new RegExp(`^${tenant}: done: \\d+ unchanged in`, "m"));
      });
    }

    it("runs the same program by `pulumi -C tenants`", async () => {
      const pack = ["--policy-pack", "../policy/guardrails"];
      await world.succeed("pulumi", [
        "-C",
        "tenants",
        "preview",
        "-s",
        "acme",
        "--expect-no-changes",
        ...pack,
      ]);
    });

    it("lists both tenants", async () => {
      const { stdout } = await world.tenantry("list");
      for (const tenant of TENANTS) expect(stdout).to.match(new RegExp(`^${tenant}\\s+yes\\s+yes`, "m"));
    });

    it("shows on one screen what a tenant has", async () => {
      const { code, stdout } = await world.tenantry("show", "acme");
      expect(code).to.equal(0);
      expect(stdout.trim().split("\n").length).to.be.at.most(40);
      expect(stdout).to.match(/^Namespace +acme$/m);
      expect(stdout).to.match(/^Host name +acme\.local\.example\.com$/m);
      expect(stdout).to.match(/^Database +postgres 127\.0\.0\.1:\d+\/t_acme as t_acme$/m);
      expect(stdout).to.match(/^Key +arn:aws:kms:us-east-1:\d{12}:key\//m);
      expect(stdout).to.match(/^Role +arn:aws:iam::\d{12}:role\/tenantry-local-t-acme$/m);
      expect(stdout).to.match(/^ +pods +\d+ of \d+$/m);
    });
  });

  describe("a living tenant", () => {
    it("keeps its database's engine, whatever its spec says", async () => {
      const spec = world.copy("tenants/specs/acme.yaml", (text) => text.replace("postgres", "mysql"));
      const { code, stderr } = await world.tenantry("up", "acme", "--specs", path.dirname(spec));
      expect(code).to.equal(2);
      expect(stderr).to.contain("database.engine is 'mysql': expected 'postgres'");
    });
  });

  describe("drift", () => {
    it("shows in a refresh, and an up mends it", async () => {
      const { stdout } = await world.tenantry("show", "acme", "--json");
      const key = /key\/([0-9a-f-]{36})/.exec(stdout)?.[1] ?? "";
      await world.local("aws", "drift", key, "enableKeyRotation=false");
      const refreshed = await world.tenantry("refresh", "acme");
      expect(refreshed.stdout).to.match(/^acme: done: .*1 updated/m);
      const preview = await world.tenantry("preview", "acme");
      expect(preview.stdout).to.match(/^acme: done: .*1 updated/m);
      const mended = await world.tenantry("up", "acme");
      expect(mended.stdout).to.match(/^acme: done: .*1 updated/m);
    });
  });
}

/** Takes everything down again and looks for what was left behind. */
export function describeDestroying(world: World): void {
  describe("the end", () => {
    it("refuses to destroy a protected database without being told", async () => {
      const { code, stderr } = await world.tenantry("destroy", "acme", "--yes");
      expect(code).to.equal(2);
      expect(stderr).to.contain("database.deletionProtection").and.contain("--remove-protection");
    });

    it("destroys the tenants and then the cell", async () => {
      const { code, stderr } = await world.tenantry("destroy", ...TENANTS, "--yes", "--remove-protection");
      expect(code, stderr).to.equal(0);
      await world.succeed("pulumi", ["destroy", "-s", "local", "--yes", "--skip-preview"]);
    });

    it("leaves no resource in the account", async () => {
      expect(JSON.parse(await world.local("aws", "list", "--owned", "--json"))).to.deep.equal([]);
    });

    it("leaves no namespace and no node", async () => {
      const { stdout: namespaces } = await world.kubectl(["get", "namespaces", "-o", "name"]);
      for (const tenant of TENANTS) expect(namespaces).not.to.contain(tenant);
      const { stdout: nodes } = await world.kubectl(["get", "nodes", "-o", "name"]);
      expect(nodes).to.equal("");
    });

    it("leaves no database and no user", async () => {
      const { databases, users } = await world.postgres();
      expect(databases.filter((name) => name.startsWith("t_"))).to.deep.equal([]);
      expect(users.filter((name) => name.startsWith("t_"))).to.deep.equal([]);
    });
  });
}
