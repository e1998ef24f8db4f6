import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { expect } from "chai";
import { fakeNode, type Kubectl } from "../testing";
import { ProviderEngine, type ProviderStack } from "./testing/engine";
import { deployment } from "./testing/objects";

describe("the kubernetes plugin on the real engine", function () {
  this.timeout(60_000);
  let engine: ProviderEngine;
  let kubectl: Kubectl;
  before(async () => {
    engine = await ProviderEngine.start();
    ({ kubectl } = engine);
    await kubectl.apply(fakeNode("node-a"));
  });
  after(() => engine.stop());

  /** The options of objects of the cluster, with a provider of the program's own. */
  const inCluster = (args: k8s.ProviderArgs = {}) => ({
    provider: new k8s.Provider("cluster", { kubeconfig: engine.kubeconfig, ...args }),
  });
  const get = (kind: string, id: string, path: string) => {
    const [namespace = "", name = ""] = id.includes("/") ? id.split("/") : ["default", id];
    return kubectl("-n", namespace, "get", kind, name, "-o", `jsonpath=${path}`);
  };
  const gone = async (kind: string, id: string) =>
    expect(await get(kind, id, "{.metadata.name}").catch(String)).to.contain("NotFound");

  describe("a program's objects", () => {
    let stack: ProviderStack;
    before(async () => (stack = await engine.stack("web")));
    const program = () => {
      const options = inCluster();
      const namespace = new k8s.core.v1.Namespace("web", { metadata: { name: "web" } }, options);
      const below = { ...options, dependsOn: namespace };
      const metadata = { name: "settings", namespace: "web" };
      new k8s.core.v1.ConfigMap("settings", { metadata, data: { level: "info" } }, below);
      const served = deployment("web", "server", { replicas: 2 });
      const server = new k8s.apps.v1.Deployment("server", served, below);
      const pod = { restartPolicy: "Never", containers: [{ name: "main", image: "example.com/m" }] };
      const migration = { metadata: { namespace: "web" }, spec: { template: { spec: pod } } };
      const job = new k8s.batch.v1.Job("migrate", migration, below);
      return { available: server.status.availableReplicas, succeeded: job.status.succeeded, job: job.id };
    };

    it("are made, and waited for until they are ready", async () => {
      const { steps, outputs } = await stack.up(program);
      expect(steps).to.deep.equal({ create: 6 });
      expect(outputs).to.deep.include({ available: 2, succeeded: 1 });
      expect(outputs.job).to.match(/^web\/migrate-[0-9a-f]{8}$/);
    });

    it("are as the program says right after", async () => {
      expect(await stack.preview(program)).to.deep.equal({ same: 6 });
    });

    it("show what others changed of them, and only that", async () => {
      await kubectl("-n", "web", "patch", "deployment", "server", "-p", '{"spec":{"replicas":3}}');
      await kubectl("-n", "web", "annotate", "configmap", "settings", "seen=yes");
      expect((await stack.refresh()).steps).to.deep.equal({ same: 5, update: 1 });
      const { inputs } = stack.object("web/server");
      expect(inputs.spec).to.deep.include({ replicas: 3 });
    });

    it("are put right where others changed them", async () => {
      expect((await stack.up(program)).steps).to.deep.equal({ same: 5, update: 1 });
      expect(await get("deployment", "web/server", "{.status.replicas}")).to.equal("2");
    });

    it("are made anew where others deleted them", async () => {
      await kubectl("-n", "web", "delete", "configmap", "settings");
      expect((await stack.refresh()).steps).to.deep.equal({ same: 5, delete: 1 });
      expect((await stack.up(program)).steps).to.deep.equal({ create: 1, same: 5 });
      expect(await get("configmap", "web/settings", "{.data.level}")).to.equal("info");
    });
  });

  describe("a Deployment that cannot become ready", () => {
    const annotations = { "pulumi.com/timeoutSeconds": "3" };
    const zone = { zone: "nowhere" };
    let stack: ProviderStack;
    before(async () => (stack = await engine.stack("stuck")));
    const program = (pods: string, nodeSelector?: Record<string, string>) => () => {
      const options = inCluster();
      const namespace = new k8s.core.v1.Namespace("stuck", { metadata: { name: "stuck" } }, options);
      const metadata = { name: "pods", namespace: "stuck" };
      const quota = new k8s.core.v1.ResourceQuota(
        "pods",
        { metadata, spec: { hard: { pods } } },
        { ...options, dependsOn: namespace },
      );
      const homeless = new k8s.apps.v1.Deployment(
        "homeless",
        deployment("stuck", "homeless", { annotations, nodeSelector }),
        { ...options, dependsOn: quota },
      );
      // Made only when the other has its pod, or the one pod that the quota admits could be this one's.
      new k8s.apps.v1.Deployment("surplus", deployment("stuck", "surplus"), {
        ...options,
        dependsOn: [homeless],
        customTimeouts: { create: "3s", update: "20s" },
      });
    };

    it("fails with its pods' own message", async () => {
      const said = await stack.failure(program("1", zone));
      expect(said).to.contain(
        "Deployment 'stuck/homeless': not ready in time: 0 of 1 replicas are available",
      );
      expect(said).to.match(
        /\[Pod stuck\/homeless-\S+\]: 0\/1 nodes are available: 1 node\(s\) didn't match/,
      );
    });

    it("stays in the state with the reason", () => {
      const { initErrors, inputs } = stack.object("stuck/homeless");
      expect(initErrors).to.have.length(2);
      expect(initErrors[0]).to.match(/^Deployment 'stuck\/homeless': not ready in time/);
      expect(initErrors[1]).to.match(/^\[Pod stuck\/homeless-/);
      expect(inputs.spec).to.have.nested.property("template.spec.nodeSelector.zone", "nowhere");
    });

    it("is not taken for ready by a refresh", async () => {
      const { printed } = await stack.refresh();
      expect(printed).to.contain("Refreshed resource is in an unhealthy state");
      expect(stack.object("stuck/homeless").initErrors).to.have.length(2);
    });

    it("is finished by the next update with a specification that can be met", async () => {
      const said = await stack.failure(program("1"));
      expect(stack.object("stuck/homeless").initErrors).to.deep.equal([]);
      expect(said).to.contain("Deployment 'stuck/surplus': not ready in time");
      expect(said).to.contain("exceeded quota: pods, requested: pods=1, used: pods=1, limited: pods=1");
    });

    it("is finished by the next update where only what held it up has changed", async () => {
      expect((await stack.up(program("2"))).steps).to.deep.equal({ same: 4, update: 2 });
      expect(stack.object("stuck/surplus").initErrors).to.deep.equal([]);
    });
  });

  describe("an object that exists already", () => {
    const metadata = { name: "shared", namespace: "default" };
    const shared = (team: string, options: object, extra: object = {}) =>
      new k8s.core.v1.ConfigMap(
        "shared",
        { metadata: { ...metadata, labels: { team }, ...extra }, data: { level: "info" } },
        { ...inCluster(), ...options },
      );
    let stack: ProviderStack;
    before(async () => {
      stack = await engine.stack("shared");
      await kubectl("create", "configmap", "shared", "--from-literal=level=info");
      await kubectl("label", "configmap", "shared", "team=red");
    });

    it("is not adopted by a creation", async () => {
      const said = await stack.failure(() => void shared("red", {}));
      expect(said).to.contain("ConfigMap 'default/shared': AlreadyExists");
      expect(stack.objects()).to.deep.equal([]);
    });

    it("is imported", async () => {
      const program = () => void shared("red", { import: "default/shared" });
      expect((await stack.up(program)).steps).to.deep.equal({ import: 1, same: 2 });
      expect(stack.object("default/shared").inputs).to.deep.include({ data: { level: "info" } });
    });

    it("is the program's from then on, whatever kubectl wrote into it", async () => {
      const { steps } = await stack.up(() => void shared("blue", {}));
      expect(steps).to.deep.equal({ same: 2, update: 1 });
      expect(await get("configmap", "shared", "{.metadata.labels.team}")).to.equal("blue");
    });

    it("is not wrested from another field manager", async () => {
      await kubectl("label", "configmap", "shared", "team=green", "--overwrite", "--field-manager=operator");
      const said = await stack.failure(() => void shared("yellow", {}));
      expect(said).to.match(
        /ConfigMap 'default\/shared': Conflict: Apply failed with 1 conflict: conflict with "operator".*: \.metadata\.labels\.team/,
      );
      expect(await get("configmap", "shared", "{.metadata.labels.team}")).to.equal("green");
    });

    it("is wrested from it where the program says so", async () => {
      const forced = { annotations: { "pulumi.com/patchForce": "true" } };
      await stack.up(() => void shared("yellow", {}, forced));
      expect(await get("configmap", "shared", "{.metadata.labels.team}")).to.equal("yellow");
    });
  });

  describe("a deletion", () => {
    let stack: ProviderStack;
    before(async () => (stack = await engine.stack("deletion")));
    const program = (namespaces: string[], configMaps: string[]) => () => {
      const options = inCluster({ upsertExistingObjects: true });
      const parents = namespaces.map(
        (name) => new k8s.core.v1.Namespace(name, { metadata: { name } }, options),
      );
      for (const namespace of configMaps) {
        const metadata = { name: "kube-root-ca.crt", namespace, labels: { kept: "no" } };
        new k8s.core.v1.ConfigMap(namespace, { metadata }, { ...options, dependsOn: parents });
      }
    };

    it("waits until a namespace is gone with all that is in it", async () => {
      await stack.up(program(["held", "lost", "renewed"], ["renewed"]));
      await kubectl("-n", "held", "create", "configmap", "last");
      const finalizers = (list: string) =>
        kubectl("patch", "namespace", "held", "--type=merge", "-p", `{"metadata":{"finalizers":${list}}}`);
      await finalizers('["example.com/hold"]');
      let isOver = false;
      const update = stack.up(program(["lost", "renewed"], ["renewed"])).finally(() => (isOver = true));
      await kubectl("wait", "namespace/held", "--for=jsonpath={.status.phase}=Terminating", "--timeout=20s");
      await kubectl("-n", "held", "wait", "configmap/last", "--for=delete", "--timeout=20s");
      expect(isOver).to.equal(false);
      await finalizers("[]");
      expect((await update).steps).to.deep.equal({ delete: 1, same: 5 });
      await gone("namespace", "held");
    });

    it("is content with an object that others have deleted", async () => {
      await kubectl("delete", "namespace", "lost");
      expect((await stack.up(program(["renewed"], ["renewed"]))).steps).to.deep.equal({ delete: 1, same: 4 });
    });

    it("is content where a controller makes the object anew at once", async () => {
      const before = await get("configmap", "renewed/kube-root-ca.crt", "{.metadata.uid}");
      expect((await stack.up(program(["renewed"], []))).steps).to.deep.equal({ delete: 1, same: 3 });
      const after = await get("configmap", "renewed/kube-root-ca.crt", "{.metadata.uid}").catch(() => "");
      expect(after).to.not.equal(before);
    });
  });

  describe("objects written as YAML", () => {
    const PASSWORD = "correct horse battery staple";
    let stack: ProviderStack;
    let folder: string;
    before(async () => {
      stack = await engine.stack("rendered");
      folder = engine.folder("rendered");
    });
    const program = (level: string) => () => {
      const options = inCluster({ renderYamlToDirectory: folder });
      const named = (name: string) => ({ metadata: { name, namespace: "default" } });
      new k8s.core.v1.Secret("login", { ...named("login"), stringData: { password: PASSWORD } }, options);
      if (level !== "") new k8s.core.v1.ConfigMap("level", { ...named("level"), data: { level } }, options);
    };

    it("are files, and nothing in the cluster", async () => {
      const { printed } = await stack.up(program("info"));
      expect(readdirSync(folder)).to.deep.equal(["1-manifest"]);
      expect(readdirSync(join(folder, "1-manifest")).sort()).to.deep.equal([
        "v1-configmap-default-level.yaml",
        "v1-secret-default-login.yaml",
      ]);
      expect(readFileSync(join(folder, "1-manifest", "v1-configmap-default-level.yaml"), "utf8")).to.equal(
        "apiVersion: v1\ndata:\n  level: info\nkind: ConfigMap\nmetadata:\n  name: level\n  namespace: default\n",
      );
      await gone("configmap", "level");
      await gone("secret", "login");
      expect(printed).to.contain("v1-secret-default-login.yaml contains a secret value in plaintext");
    });

    it("keep a secret to their owner, and out of the state", () => {
      const file = join(folder, "1-manifest", "v1-secret-default-login.yaml");
      expect(readFileSync(file, "utf8")).to.contain(`stringData:\n  password: ${PASSWORD}\n`);
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      expect(stack.written()).to.not.contain(PASSWORD);
    });

    it("go when their objects do", async () => {
      expect((await stack.up(program(""))).steps).to.deep.equal({ delete: 1, same: 3 });
      expect(existsSync(join(folder, "1-manifest", "v1-configmap-default-level.yaml"))).to.equal(false);
    });
  });

  describe("a kubeconfig that is not known yet", () => {
    let stack: ProviderStack;
    before(async () => (stack = await engine.stack("unknown")));
    const program = () => {
      const first = new k8s.core.v1.Namespace("first", { metadata: { name: "first" } }, inCluster());
      const kubeconfig = first.id.apply(() => engine.kubeconfig);
      const provider = new k8s.Provider("later", { kubeconfig });
      const metadata = { name: "second", namespace: "first" };
      const second = new k8s.core.v1.ConfigMap("second", { metadata, data: { a: "b" } }, { provider });
      return { second: second.id };
    };

    it("is no hindrance to a preview", async () => {
      expect(await stack.preview(program)).to.deep.equal({ create: 5 });
    });

    it("is known to the update", async () => {
      expect((await stack.up(program)).outputs).to.deep.equal({ second: "first/second" });
    });
  });
});
