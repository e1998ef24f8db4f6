import * as path from "node:path";
import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { startKubernetes, stopKubernetes } from "../../local/kubernetes";
import { instancePaths } from "../../local/paths";
import { readTools } from "../../local/tools";
import type { Accepted } from "../../onboarding/client";
import { RELEASE_FILE } from "../../tenants/program";
import { readRelease } from "../../tenants/spec";
import {
  CrampedWorker,
  asAdministrator,
  explained,
  mayMount,
  replicasOf,
  whileUnpullable,
} from "./explained-failures-scene";
import { ServiceWorld, operationOf, specOf } from "../world/service-world";
import { ROOT } from "../world/world";

/** Little patience: what fails here goes on failing. */
const SETTINGS = {
  TENANTRY_RETRY_SECONDS: "0.05",
  TENANTRY_STEP_ATTEMPTS: "1",
  TENANTRY_PROBE_SECONDS: "6",
};

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** Every kind of failure is made to happen: what the operation says of it, and the way out. */
describe("a failed operation explains itself", function () {
  this.timeout("5 minutes");
  const service = new ServiceWorld("failures");
  let throttled: Accepted | undefined;
  const kubernetes = instancePaths("failures").kubernetes;

  before(async () => {
    await service.begin();
  });
  after(async () => {
    await service.end();
  });

  async function endWorkers(): Promise<void> {
    await Promise.all([...service.workers].map((one) => service.kill(one, "group")));
  }

  async function phaseOf(id: string) {
    return (await service.client.tenant(id)).tenant.phase;
  }

  it("policy: names it, and what it refuses is not made", async () => {
    const refusing = service.world.packRefusing("kubernetes:core/v1:Namespace", "no more namespaces");
    const packs = [path.join(ROOT, "policy", "guardrails"), refusing].join(path.delimiter);
    await service.startWorker({ ...SETTINGS, TENANTRY_POLICY_PACKS: packs });
    const { problem } = await explained(service, service.client.onboard(specOf("initech")), {
      type: "policy-violation",
      cause: /refuse .*Namespace[^]*no more namespaces/,
      next: /change the spec or the program.*retry/,
      phase: "failed",
    });
    expect(problem).to.have.nested.property("violations[0].policy", "refuse");
    const { stdout } = await service.world.kubectl(["get", "namespaces", "-o", "name"]);
    expect(stdout).not.to.contain("initech");
  });

  // On other systems the rest is still worth running.
  const whereOneMayMount = mayMount() ? it : () => undefined;
  whereOneMayMount("full disk: names it", async () => {
    await endWorkers();
    const cramped = await CrampedWorker.start(service, SETTINGS);
    try {
      await explained(service, service.client.retry("initech"), {
        type: "disk-full",
        cause: /no space left on device/i,
        next: /free space.*TMPDIR.*retry/,
        phase: "failed",
      });
    } finally {
      await cramped.stop();
    }
  });

  it("timeout: names the step and how long it had", async () => {
    await endWorkers();
    await service.tables.settings.set({ latencyFactor: 1 });
    await service.startWorker({ ...SETTINGS, TENANTRY_STEP_TIMEOUT_SECONDS: "15" });
    await explained(service, service.client.onboard(specOf("hooli")), {
      type: "timed-out",
      cause: /^step 'provision' timed out after 15 s; it was at .*create of aws:\S+ 'hooli-/,
      next: /retry/,
      phase: "failed",
    });
  });

  it("killed worker: the operation runs on with the next", async () => {
    await endWorkers();
    await service.tables.settings.set({ latencyFactor: 0.02 });
    const victim = await service.startWorker(SETTINGS);
    const { id } = operationOf(await service.client.retry("hooli"));
    await service.stepBegun(id, "provision");
    await service.kill(victim, "group");
    const { status, step, problem } = await service.client.operation(id);
    expect({ status, step, problem }).to.deep.equal({
      status: "running",
      step: "provision",
      problem: undefined,
    });
    expect(await phaseOf("hooli")).to.equal("provisioning");
    await service.tables.settings.set({ latencyFactor: 0 });
    await service.startWorker(SETTINGS);
    await service.succeeded(id);
    expect(await phaseOf("hooli")).to.equal("active");
  });

  it("a retry goes on from the policy and the disk", async () => {
    await service.succeeded(service.client.retry("initech"));
    expect(await phaseOf("initech")).to.equal("active");
  });

  it("name taken: names the resource; given up, it leaves nothing behind", async () => {
    const stranger = { project: "strangers", stack: "other" };
    await service.engine.up({
      ...stranger,
      program: () => {
        new aws.iam.Role("stranger", { name: "tenantry-local-t-pied", assumeRolePolicy: TRUST });
        return Promise.resolve({});
      },
      config: { "aws:region": "us-east-1" },
    });
    await explained(service, service.client.onboard(specOf("pied")), {
      type: "name-taken",
      cause: /aws:iam\/role:Role.*tenantry-local-t-pied.*already exists/,
      next: /who has the resource/,
      phase: "failed",
    });
    await service.succeeded(service.client.purge("pied"));
    await service.engine.destroy({ ...stranger, remove: true });
    expect(await service.world.local("aws", "list", "--owned")).not.to.contain("pied");
    expect((await service.world.kubectl(["get", "namespaces", "-o", "name"])).stdout).not.to.contain("pied");
  });

  it("access denied: names the call that the worker may not make", async () => {
    await service.tables.settings.addFault({
      type: "aws:iam/role:*",
      operation: "create",
      probability: 1,
      code: "AccessDenied",
      message: "User is not authorized to perform: iam:CreateRole",
      status: 403,
      moment: "before",
      remaining: null,
    });
    await explained(service, service.client.onboard(specOf("umbrella")), {
      type: "access-denied",
      cause: /aws:iam\/role:Role 'umbrella-.*AccessDenied: User is not authorized to perform: iam:CreateRole/,
      next: /allow the worker's role.*retry/,
      phase: "failed",
    });
    await service.tables.settings.removeFaults();
  });

  it("quota: names the resource and what AWS says", async () => {
    await service.tables.settings.setQuota("rds.instances", 2);
    await explained(service, service.client.retry("umbrella"), {
      type: "quota-exceeded",
      cause:
        /^create of aws:rds\/instance:Instance 'umbrella-database' failed: .*InstanceQuotaExceeded[^\n]*$/,
      next: /Service Quotas.*retry/,
      phase: "failed",
    });
    await service.tables.settings.setQuota("rds.instances", undefined);
    // The way out is tried while AWS throttles; the provider asks 26 times, so other failures are looked at meanwhile.
    await service.tables.settings.addFault({
      type: "aws:rds/*",
      operation: "create",
      probability: 1,
      code: "ThrottlingException",
      message: "Rate exceeded",
      status: 400,
      moment: "before",
      remaining: null,
    });
    throttled = await service.client.retry("umbrella");
  });

  it("database down: names it", async () => {
    await asAdministrator(service, "alter database t_initech allow_connections false");
    await explained(service, service.client.repair("initech"), {
      type: "database-unavailable",
      cause: /database-answers: .*"t_initech" is not currently accepting connections/,
      next: /RDS instance is available/,
      phase: "failed",
    });
    await asAdministrator(service, "alter database t_initech allow_connections true");
    await service.succeeded(service.client.repair("initech"));
  });

  it("bad image: names container and image", async () => {
    const { services } = await readRelease(RELEASE_FILE);
    const { image } = services.web;
    await whileUnpullable(service, { namespace: "initech", image }, async () => {
      await service.world.succeed("kubectl", ["delete", "pods", "--all", "-n", "initech", "--wait=false"]);
      // It changes nothing that the engine would wait for, so that the probes are what finds out.
      const { etag = "" } = await service.client.tenant("initech");
      const request = service.client.update("initech", { contact: "it@initech.example" }, { etag });
      await explained(service, request, {
        type: "image-unavailable",
        cause:
          /workloads-ready: .*web has 0 of .* pods Ready.*container web: ImagePullBackOff of image 'docker\.io/,
        next: /name an image by digest that the cluster can pull/,
        phase: "failed",
      });
    });
    await service.succeeded(service.client.repair("initech"));
    expect(await phaseOf("initech")).to.equal("active");
  });

  it("throttle: names the call, and that nothing is wrong with the tenant", async () => {
    if (throttled === undefined) throw new Error("nothing was throttled");
    await explained(service, throttled, {
      type: "throttled",
      cause: /umbrella-database.*CreateDBInstance.*ThrottlingException: Rate exceeded/,
      next: /nothing is wrong with the tenant.*retry/,
      phase: "failed",
    });
    await service.tables.settings.removeFaults();
    await service.succeeded(service.client.retry("umbrella"));
    expect(await phaseOf("umbrella")).to.equal("active");
  });

  it("breach: the tenant is quarantined until a repair finds it closed again", async () => {
    const binding = (namespace: string) => ["rolebinding", "opened", "-n", namespace];
    for (const [from, to] of [
      ["initech", "hooli"],
      ["hooli", "initech"],
    ] as const) {
      const grant = ["create", ...binding(to), "--clusterrole=view", `--serviceaccount=${from}:services`];
      await service.world.succeed("kubectl", grant);
    }
    await explained(service, service.client.repair("initech"), {
      type: "isolation-breached",
      cause:
        /quarantined: neighbours-namespace-refuses: the tenant's pods may list pods in a neighbour's namespace; namespace-refuses-neighbours: a neighbour's pods may list pods in the tenant's namespace$/,
      next: /what opened the way.*repair lifts/,
      phase: "failed",
    });
    const { tenant } = await service.client.tenant("initech");
    expect(tenant.quarantine).to.contain("may list pods in a neighbour's namespace");
    const { gateway, ...services } = await replicasOf(service, "initech");
    expect(services).to.deep.equal({ web: 0, app: 0, admin: 0 });
    // It tells the tenant's people that the service rests.
    expect(gateway).to.be.greaterThan(0);
    const events: string[] = [];
    for await (const { type } of service.client.events("initech")) events.push(type);
    expect(events).to.include("tenant.quarantined");

    await explained(service, service.client.repair("initech"), {
      type: "isolation-breached",
      cause: /may list pods/,
      next: /repair/,
      phase: "failed",
    });
    await service.world.succeed("kubectl", ["delete", ...binding("hooli")]);
    await explained(service, service.client.repair("initech"), {
      type: "isolation-breached",
      cause: /quarantined: namespace-refuses-neighbours:/,
      next: /repair/,
      phase: "failed",
    });
    await service.world.succeed("kubectl", ["delete", ...binding("initech")]);
    await service.succeeded(service.client.repair("initech"));
    const repaired = (await service.client.tenant("initech")).tenant;
    expect([repaired.phase, repaired.quarantine]).to.deep.equal(["suspended", undefined]);
    await service.succeeded(service.client.resume("initech"));
    expect(await phaseOf("initech")).to.equal("active");
  });

  // Last: after a restart the played kubelets wait for the leases of their predecessors before new pods turn Ready.
  it("cluster down: names the cell and the address", async () => {
    await stopKubernetes(kubernetes);
    await explained(service, service.client.repair("initech"), {
      type: "cluster-unavailable",
      cause: /Kubernetes API of cell 'local' does not answer: https:.*ECONNREFUSED/,
      next: /readyz.*repair/,
      phase: "failed",
    });
    await startKubernetes({ binary: readTools().kubernetes, directory: kubernetes });
    await service.succeeded(service.client.repair("initech"));
    expect(await phaseOf("initech")).to.equal("active");
  });
});
