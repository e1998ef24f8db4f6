import { expect } from "chai";
import { Client } from "pg";
import { databaseOf, operatorKubeconfig, TENANTS } from "./tenants";
import type { World } from "../world/world";

/** What the API server says of a pod that tolerates more than every pod does. */
const TOLERATIONS =
  "spec.tolerations has more than NoExecute of node.kubernetes.io/not-ready and node.kubernetes.io/unreachable: expected no other, as the tenants' nodes have no taints";

/** Tries to break what keeps acme and globex apart, on the real API server and the real PostgreSQL. */
export function describeIsolation(world: World): void {
  describe("isolation on the Kubernetes API", () => {
    let acme: string;

    before(async () => {
      acme = await operatorKubeconfig(world, "acme");
    });

    const may = async (verb: string, resource: string, namespace: string) => {
      const { stdout } = await world.kubectl(["auth", "can-i", verb, resource, "-n", namespace], acme);
      return stdout.trim();
    };

    /** Asks the API server, as acme's operators, for a pod that may run, with changes to its spec. It isn't made. */
    const runPod = (changes: object) => {
      const spec = {
        nodeSelector: { "tenantry.io/workload": "tenants" },
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "shell",
            image: "busybox",
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
        ...changes,
      };
      const overrides = `--overrides=${JSON.stringify({ apiVersion: "v1", spec })}`;
      return world.kubectl(
        ["run", "shell", "-n", "acme", "--image=busybox", "--dry-run=server", overrides],
        acme,
      );
    };

    it("lets acme's operators work in their own namespace", async () => {
      const { code, stdout } = await world.kubectl(["get", "deployments", "-n", "acme", "-o", "name"], acme);
      expect(code).to.equal(0);
      expect(stdout.trim().split("\n").sort()).to.deep.equal(
        ["admin", "app", "gateway", "web"].map((name) => `deployment.apps/${name}`),
      );
    });

    for (const kind of ["pods", "deployments", "secrets", "configmaps", "services", "networkpolicies"]) {
      it(`answers Forbidden to acme's operators for ${kind} of globex`, async () => {
        const { code, stderr } = await world.kubectl(["get", kind, "-n", "globex"], acme);
        expect(code).to.equal(1);
        expect(stderr).to.contain("Forbidden").and.contain('in the namespace "globex"');
      });
    }

    for (const verb of ["create", "update", "delete"]) {
      it(`does not let acme's operators ${verb} what fences their own namespace`, async () => {
        for (const kind of ["networkpolicies", "resourcequotas", "limitranges", "roles", "rolebindings"]) {
          expect(await may(verb, kind, "acme"), `${verb} ${kind}`).to.equal("no");
        }
      });
    }

    it("does not let acme's operators see that other namespaces exist", async () => {
      const { code, stderr } = await world.kubectl(["get", "namespaces"], acme);
      expect(code).to.equal(1);
      expect(stderr).to.contain("Forbidden");
    });

    it("does not let acme's operators impersonate globex's", async () => {
      const group = ["--as", "mallory", "--as-group", "tenantry:globex:operators"];
      const { code, stderr } = await world.kubectl(["get", "pods", "-n", "globex", ...group], acme);
      expect(code).to.equal(1);
      expect(stderr).to.contain("Forbidden");
    });

    it("refuses a privileged pod, also from the cluster's administrator", async () => {
      const overrides = JSON.stringify({
        spec: { containers: [{ name: "breakout", image: "busybox", securityContext: { privileged: true } }] },
      });
      const args = ["run", "breakout", "-n", "acme", "--image=busybox", `--overrides=${overrides}`];
      const { code, stderr } = await world.kubectl(args);
      expect(code).to.equal(1);
      expect(stderr).to.contain('violates PodSecurity "restricted:');
    });

    it("lets acme's operators run a pod on the tenants' nodes", async () => {
      const { code, stderr } = await runPod({});
      expect(code, stderr).to.equal(0);
    });

    it("lets the tenants' own workloads run", async () => {
      for (const tenant of TENANTS) {
        const { stdout } = await world.kubectl([
          "get",
          "deployments",
          "-n",
          tenant,
          "-o",
          "jsonpath={.items[*].status.conditions[?(@.type=='Available')].status}",
        ]);
        expect(stdout, tenant).to.equal("True True True True");
      }
    });

    const strays: [what: string, spec: object, message: string][] = [
      [
        "names its node",
        { nodeName: "anywhere" },
        "spec.nodeName is set: expected none, as the scheduler chooses a tenant's nodes",
      ],
      [
        "selects no nodes",
        { nodeSelector: null },
        "spec.nodeSelector lacks 'tenantry.io/workload: tenants': expected it, as a tenant's pods run on the tenants' nodes only",
      ],
      [
        "selects the system's nodes",
        { nodeSelector: { "tenantry.io/workload": "system" } },
        "spec.nodeSelector lacks 'tenantry.io/workload: tenants': expected it, as a tenant's pods run on the tenants' nodes only",
      ],
      ["tolerates every taint", { tolerations: [{ operator: "Exists" }] }, TOLERATIONS],
      [
        "tolerates the system nodes' taint",
        { tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }] },
        TOLERATIONS,
      ],
    ];
    for (const [what, spec, message] of strays) {
      it(`refuses a pod of acme's operators that ${what}`, async () => {
        const { code, stderr } = await runPod(spec);
        expect(code).to.equal(1);
        expect(stderr).to.contain(message);
      });
    }

    it("holds the quota: a deployment cannot outgrow it", async () => {
      const scaled = await world.kubectl(["scale", "deployment/web", "-n", "acme", "--replicas=500"], acme);
      const asAdmin =
        scaled.code === 0
          ? scaled
          : await world.kubectl(["scale", "deployment/web", "-n", "acme", "--replicas=500"]);
      expect(asAdmin.code, asAdmin.stderr).to.equal(0);
      try {
        await eventually(async () => {
          const { stdout } = await world.kubectl([
            "get",
            "events",
            "-n",
            "acme",
            "-o",
            "jsonpath={.items[*].message}",
          ]);
          expect(stdout).to.contain("exceeded quota");
        });
        const { stdout } = await world.kubectl(["get", "resourcequota", "-n", "acme", "-o", "json"]);
        expect(overused(stdout)).to.deep.equal([]);
      } finally {
        await world.kubectl(["scale", "deployment/web", "-n", "acme", "--replicas=2"]);
      }
    });
  });

  describe("isolation on PostgreSQL", () => {
    for (const own of TENANTS) {
      const other = own === "acme" ? "globex" : "acme";

      it(`lets ${own}'s user work in its own database`, async () => {
        const client = new Client(await databaseOf(world, own));
        await client.connect();
        try {
          await client.query("create table if not exists orders (id int primary key)");
          const { rows } = await client.query("select current_database() as name");
          expect(rows).to.have.length(1);
        } finally {
          await client.end();
        }
      });

      it(`does not let ${own}'s user connect to ${other}'s database`, async () => {
        const { database } = await databaseOf(world, other);
        const client = new Client({ ...(await databaseOf(world, own)), database });
        const error = await client.connect().then(
          () => client.end().then(() => undefined),
          (reason: unknown) => reason,
        );
        expect(error).to.be.an("error").with.property("code", "42501");
      });

      it(`does not let ${own}'s user take ${other}'s role`, async () => {
        const { user } = await databaseOf(world, other);
        const client = new Client(await databaseOf(world, own));
        await client.connect();
        try {
          const error = await client.query(`set role "${user}"`).catch((reason: unknown) => reason);
          expect(error).to.be.an("error").with.property("code", "42501");
        } finally {
          await client.end();
        }
      });
    }

    it("asks for a password", async () => {
      const client = new Client({ ...(await databaseOf(world, "acme")), password: "wrong" });
      const error = await client.connect().catch((reason: unknown) => reason);
      expect(error).to.be.an("error").with.property("code", "28P01");
    });
  });
}

interface Quota {
  readonly status?: { readonly hard?: Record<string, string>; readonly used?: Record<string, string> };
}

/** The countable quotas of which more is used than allowed. */
function overused(json: string): string[] {
  const { items } = JSON.parse(json) as { items: Quota[] };
  return items.flatMap(({ status }) =>
    Object.entries(status?.hard ?? {})
      .filter(([key, hard]) => Number(status?.used?.[key]) > Number(hard))
      .map(([key]) => key),
  );
}

/** Asks again until the assertions hold, for ten seconds. */
async function eventually(assertions: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await assertions();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
