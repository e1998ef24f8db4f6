import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Finished, World } from "../world/world";

/** A spec that is right; tests break one thing of it. */
const SPEC = {
  id: "initech",
  name: "Initech",
  tier: "silo",
  contact: "platform@initech.example",
  cell: "local",
  size: "small",
  database: { engine: "postgres", size: "small", deletionProtection: false },
};

/** Asks for what cannot be done; each time one clear message, an exit code that says what kind, nothing half-made. */
export function describeFailures(world: World): void {
  const specs = (files: Readonly<Record<string, object>>): string => {
    const directory = world.scratch("specs");
    for (const [file, spec] of Object.entries(files)) {
      // JSON is YAML.
      fs.writeFileSync(path.join(directory, file), JSON.stringify(spec));
    }
    return directory;
  };
  const up = (files: Readonly<Record<string, object>>, id = "initech"): Promise<Finished> =>
    world.tenantry("up", id, "--specs", specs(files));

  describe("bad input", () => {
    const badIds = ["Initech", "a".repeat(64), "kube-system", "ini--tech", "shared", "initech-", "initech_1"];
    for (const id of badIds) {
      it(`refuses the id '${id}'`, async () => {
        const { code, stderr } = await up({ [`${id}.yaml`]: { ...SPEC, id } }, id);
        expect(code).to.equal(2);
        expect(stderr)
          .to.contain(id)
          .and.match(/expected/);
        expect(stderr).not.to.match(/^\s+at /m);
      });
    }

    it("refuses a tier that there is not", async () => {
      const { code, stderr } = await up({ "initech.yaml": { ...SPEC, tier: "gold" } });
      expect(code).to.equal(2);
      expect(stderr).to.contain("tier").and.contain("gold").and.contain("silo");
    });

    it("names both files of a duplicate id", async () => {
      const { code, stderr } = await up({ "initech.yaml": SPEC, "copy.yaml": SPEC });
      expect(code).to.equal(2);
      expect(stderr).to.contain("initech.yaml").and.contain("copy.yaml");
    });

    it("says which cell there is not", async () => {
      const { code, stderr } = await up({ "initech.yaml": { ...SPEC, cell: "mars" } });
      expect(code).to.equal(5);
      expect(stderr).to.contain("cell 'mars' does not exist");
    });

    it("says which cell is not up", async () => {
      await world.initStack("empty");
      try {
        const { code, stderr } = await up({ "initech.yaml": { ...SPEC, cell: "empty" } });
        expect(code).to.equal(5);
        expect(stderr).to.contain("cell 'empty' is not up");
      } finally {
        await world.succeed("pulumi", ["stack", "rm", "empty", "--yes", "--preserve-config"]);
      }
    });

    it("made nothing of all these", async () => {
      expect(await world.local("aws", "list", "--owned")).not.to.contain("initech");
      const { stdout: namespaces } = await world.kubectl(["get", "namespaces", "-o", "name"]);
      expect(namespaces).not.to.contain("initech");
    });

    const badCells: [string, (settings: string) => string, RegExp][] = [
      [
        "overlapping ranges",
        (text) => text.replace("10.100.0.0/16", "10.20.8.0/24"),
        /peerCidrs\[0\].*overlaps cidr/,
      ],
      [
        "two zones too few",
        (text) => text.replace("[eu-central-1a, eu-central-1b, eu-central-1c]", "[eu-central-1a]"),
        /zones: 1 given; expected 3/,
      ],
    ];
    for (const [what, spoil, message] of badCells) {
      it(`refuses a cell with ${what}, naming the key`, async () => {
        const backend = { PULUMI_BACKEND_URL: `file://${world.scratch("prod")}` };
        const settings = world.copy("Pulumi.prod.yaml", spoil);
        await world.initStack("prod", backend);
        const { code, stdout } = await world.run(
          "pulumi",
          ["preview", "-s", "prod", "--config-file", settings],
          backend,
        );
        expect(code).not.to.equal(0);
        expect(stdout).to.match(message);
        expect(stdout).not.to.contain("aws:ec2");
      });
    }
  });

  describe("policies", () => {
    it("stop an up before anything is created, and name what is wrong", async () => {
      const pack = world.packRefusing("kubernetes:core/v1:Namespace", "no more namespaces");
      const directory = specs({ "initech.yaml": SPEC });
      const { code, stderr } = await world.tenantry(
        "up",
        "initech",
        "--specs",
        directory,
        "--policy-pack",
        pack,
      );
      expect(code).to.equal(3);
      expect(stderr).to.contain("no more namespaces");
      const { stdout } = await world.kubectl(["get", "namespaces", "-o", "name"]);
      expect(stdout).not.to.contain("initech");
      await world.tenantry("destroy", "initech", "--yes", "--specs", directory);
    });
  });

  describe("an operation that is disturbed", () => {
    it("ends right with a fifth of all AWS calls throttled", async () => {
      const directory = specs({ "initech.yaml": SPEC });
      await world.local("aws", "fault", "*", "*", "--probability", "0.2");
      try {
        const { code, stdout, stderr } = await world.tenantry("up", "initech", "--specs", directory);
        expect(code, stderr).to.equal(0);
        expect(stdout).to.match(/^initech: done: 49 created/m);
        const calls = await world.local("aws", "calls");
        expect(calls).to.match(/Throttling/);
      } finally {
        await world.local("aws", "fault", "--clear");
      }
      const gone = await world.tenantry("destroy", "initech", "--yes", "--specs", directory);
      expect(gone.code, gone.stderr).to.equal(0);
    });

    it("refuses a second up of the same tenant, and harms neither", async () => {
      const directory = specs({ "initech.yaml": SPEC });
      const args = ["bin/tenantry.cjs", "engine", "up", "initech", "--specs", directory];
      // A database takes AWS minutes; a few seconds of it keep the first at work while the second comes.
      await world.local("aws", "latency", "0.03");
      try {
        const first = world.start("node", args);
        await world.until(first, /creating/);
        const second = await world.run("node", args);
        expect(second.code).to.equal(4);
        expect(second.stderr).to.match(/another|locked/i);
        const { code, stderr } = await first.finished;
        expect(code, stderr).to.equal(0);
      } finally {
        await world.local("aws", "latency", "0");
      }
      expect((await world.tenantry("destroy", "initech", "--yes", "--specs", directory)).code).to.equal(0);
    });

    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      it(`can be taken up again after ${signal} in the middle`, async () => {
        const directory = specs({ "initech.yaml": SPEC });
        const args = ["bin/tenantry.cjs", "engine", "up", "initech", "--specs", directory];
        const first = world.start("node", args);
        await world.until(first, /created kubernetes:core\/v1:Namespace/);
        first.process.kill(signal);
        const { code } = await first.finished;
        expect(code).to.equal(signal === "SIGINT" ? 130 : 137);
        const again = await world.patiently(
          () => world.run("node", args),
          ({ code }) => code !== 4,
        );
        expect(again.code, again.stderr).to.equal(0);
        const settled = await world.tenantry("preview", "initech", "--specs", directory);
        expect(settled.stdout).to.match(/^initech: done: 49 unchanged/m);
        expect((await world.tenantry("destroy", "initech", "--yes", "--specs", directory)).code).to.equal(0);
      });
    }

    it("can be given up where the tenant never came up, its protected database too", async () => {
      const database = { ...SPEC.database, deletionProtection: true };
      const directory = specs({ "initech.yaml": { ...SPEC, database } });
      const first = world.start("node", [
        "bin/tenantry.cjs",
        "engine",
        "up",
        "initech",
        "--specs",
        directory,
      ]);
      await world.until(first, /created aws:rds\/instance:Instance/);
      first.process.kill("SIGINT");
      expect((await first.finished).code).to.equal(130);
      const destroy = ["destroy", "initech", "--yes", "--specs", directory];
      const refused = await world.tenantry(...destroy);
      expect(refused.code).to.equal(2);
      expect(refused.stderr).to.contain("--remove-protection");
      const gone = await world.tenantry(...destroy, "--remove-protection");
      expect(gone.code, gone.stderr).to.equal(0);
    });

    it("leaves nothing of the disturbed tenant behind", async () => {
      const listed = await world.local("aws", "list", "--owned");
      expect(listed).not.to.contain("initech");
      const { databases } = await world.postgres();
      expect(databases).not.to.contain("t_initech");
    });
  });
}
