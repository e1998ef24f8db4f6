import { expect } from "chai";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, isAlive, waitForExit } from "../processes";
import { readTools } from "../tools";
import {
  KubernetesStartError,
  type RunningKubernetes,
  issueKubeconfig,
  runningKubernetes,
  startKubernetes,
  stopKubernetes,
  supervisorOf,
} from "./index";
import { clientCertificate, fakeNode, kubectlOf, podOf, requestStatus } from "./testing";

describe("the local Kubernetes", function () {
  this.timeout(120_000);

  let binary: string;
  let directory: string;
  before(() => {
    binary = process.env.TENANTRY_KUBERNETES_BINARY ?? readTools().kubernetes;
    directory = mkdtempSync(path.join(tmpdir(), "tenantry-kubernetes-"));
  });
  after(async () => {
    await stopKubernetes(directory);
    rmSync(directory, { recursive: true, force: true });
  });

  const start = (signal?: AbortSignal) => startKubernetes({ binary, directory, signal });
  const kubeconfig = () => path.join(directory, "kubeconfig");
  const kubectl = (...args: string[]) => kubectlOf(binary, kubeconfig())(...args);
  const apply = (...objects: object[]) => kubectlOf(binary, kubeconfig()).apply(...objects);
  const namespace = (name: string, labels: Record<string, string> = {}) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  });

  function running(): RunningKubernetes {
    const found = runningKubernetes(directory);
    if (!found) {
      throw new Error("it does not run");
    }
    return found;
  }

  /** The processes of the cluster's components, by name. */
  function components(pid: number): Map<string, number> {
    return new Map(
      readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number)
        .filter((child) => parentOf(child) === pid)
        .map((child) => [commandLine(child)?.split(" ")[1] ?? "", child]),
    );
  }

  function parentOf(pid: number): number {
    try {
      const status = readFileSync(`/proc/${pid}/stat`, "utf8");
      return Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[1]);
    } catch {
      return 0;
    }
  }

  /** Starts and stops it as a stranger would: by the program itself. */
  const serve = () =>
    new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(binary, ["serve", "--data-dir", directory], (error, _stdout, stderr) =>
        resolve({ code: error?.code, stderr }),
      );
    });

  describe("when it runs", () => {
    before(async () => {
      await start();
      await apply(fakeNode("node-a"), fakeNode("node-b"));
    });

    it("hands out a kubeconfig that only its owner reads", () => {
      const { kubeconfig: file, server } = running();
      expect(file).to.equal(kubeconfig());
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      expect(readFileSync(file, "utf8")).to.include(server).and.not.include("insecure");
    });

    it("is left alone when it is started again", async () => {
      const { pid, ...access } = running();
      expect(await start()).to.deep.equal(access);
      expect(running().pid).to.equal(pid);
    });

    it("refuses a second supervisor on its folder", async () => {
      const { code, stderr } = await serve();
      expect(code).to.equal(3);
      expect(stderr).to.equal(
        `tenantry-kubernetes: a cluster is running already on ${directory}; stop it first\n`,
      );
    });

    it("says which Kubernetes it is", async () => {
      expect(await kubectl("version")).to.match(/^Server Version: v1\.36\.\d+$/m);
    });

    it("keeps its nodes ready", async () => {
      expect(await kubectl("wait", "--for=condition=Ready", "node", "--all", "--timeout=20s")).to.equal(
        "node/node-a condition met\nnode/node-b condition met\n",
      );
    });

    it("rolls a Deployment out, init containers and all", async () => {
      await apply(namespace("rollout"), {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "rollout" },
        spec: {
          replicas: 3,
          selector: { matchLabels: { app: "web" } },
          template: {
            metadata: { labels: { app: "web" } },
            spec: {
              initContainers: [
                { name: "migrate", image: "example.com/migrate" },
                { name: "proxy", image: "example.com/proxy", restartPolicy: "Always" },
              ],
              containers: [{ name: "web", image: "example.com/web" }],
            },
          },
        },
      });
      expect(await kubectl("-n", "rollout", "rollout", "status", "deployment/web", "--timeout=30s")).to.match(
        /deployment "web" successfully rolled out\n$/,
      );
      const states = '{range .items[*]}{.status.phase} {.status.initContainerStatuses[*].state}{"\\n"}{end}';
      const pods = (await kubectl("-n", "rollout", "get", "pods", "-o", `jsonpath=${states}`))
        .trim()
        .split("\n");
      expect(pods).to.have.length(3);
      for (const pod of pods) {
        expect(pod).to.match(/^Running \{"terminated":\{.*"reason":"Completed".*\}\} \{"running":\{.*\}\}$/);
      }
    });

    it("completes a Job", async () => {
      await apply(namespace("jobs"), {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "once", namespace: "jobs" },
        spec: {
          template: {
            spec: { restartPolicy: "Never", containers: [{ name: "once", image: "example.com/once" }] },
          },
        },
      });
      expect(
        await kubectl("-n", "jobs", "wait", "--for=condition=Complete", "job/once", "--timeout=30s"),
      ).to.equal("job.batch/once condition met\n");
    });

    it("refuses a privileged pod in a restricted namespace", async () => {
      await apply(namespace("restricted", { "pod-security.kubernetes.io/enforce": "restricted" }));
      const refused = await apply(podOf("restricted", "root", { privileged: true })).catch(String);
      expect(refused).to.include('violates PodSecurity "restricted:latest": privileged');
      await apply(
        podOf("restricted", "modest", {
          privileged: false,
          allowPrivilegeEscalation: false,
          runAsNonRoot: true,
          capabilities: { drop: ["ALL"] },
          seccompProfile: { type: "RuntimeDefault" },
        }),
      );
    });

    it("holds a quota", async () => {
      await apply(namespace("quota"), {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "pods", namespace: "quota" },
        spec: { hard: { pods: "1" } },
      });
      const counted = "jsonpath={.status.hard.pods}=1";
      await kubectl("-n", "quota", "wait", `--for=${counted}`, "resourcequota/pods", "--timeout=20s");
      await apply(podOf("quota", "first"));
      const refused = await apply(podOf("quota", "second")).catch(String);
      expect(refused).to.include("exceeded quota: pods, requested: pods=1, used: pods=1, limited: pods=1");
    });

    it("knows what EKS and the load balancer controller define, and holds it to their rules", async () => {
      const policy = (groupIds: string[]) => ({
        apiVersion: "vpcresources.k8s.aws/v1beta1",
        kind: "SecurityGroupPolicy",
        metadata: { name: "pods", namespace: "default" },
        spec: { podSelector: { matchLabels: { app: "web" } }, securityGroups: { groupIds } },
      });
      await apply(policy(["sg-1"]), {
        apiVersion: "elbv2.k8s.aws/v1beta1",
        kind: "TargetGroupBinding",
        metadata: { name: "gateway", namespace: "default" },
        spec: {
          targetGroupARN: "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/acme/0123",
          targetType: "ip",
          serviceRef: { name: "gateway", port: 80 },
        },
      });
      const tooMany = await apply(policy(["1", "2", "3", "4", "5", "6"])).catch(String);
      expect(tooMany).to.include("spec.securityGroups.groupIds: Too many: 6: must have at most 5 items");
    });

    it("really deletes a namespace and what is in it", async () => {
      await apply(namespace("gone"), podOf("gone", "web"));
      await kubectl("-n", "gone", "wait", "--for=condition=Ready", "pod/web", "--timeout=20s");
      expect(await kubectl("delete", "namespace", "gone", "--timeout=30s")).to.equal(
        'namespace "gone" deleted\n',
      );
      expect(
        await kubectl("get", "pods", "-A", "--field-selector=metadata.namespace=gone", "-o", "name"),
      ).to.equal("");
    });

    it("lets a user do what RBAC says, and nothing else", async () => {
      await apply(namespace("acme"), namespace("globex"), {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "operators", namespace: "acme" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "acme:operators" }],
      });
      const file = path.join(directory, "operator");
      await issueKubeconfig({ binary, directory, user: "jane", groups: ["acme:operators"], file });
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      const operator = kubectlOf(binary, file);
      await operator.apply(podOf("acme", "web"));
      const refused = await operator("-n", "globex", "get", "pods").catch(String);
      expect(refused).to.include("Forbidden").and.include('User "jane" cannot list resource "pods"');
    });

    it("answers nobody without a certificate of its own authority", async () => {
      const { server, certificateAuthority } = running();
      const ca = readFileSync(certificateAuthority);
      const status = (options: object) => requestStatus(request(`${server}/api`, { ca, ...options }));
      expect(await status({})).to.equal(401);
      expect(await status({ headers: { authorization: "Bearer guessed" } })).to.equal(401);
      expect(await status(clientCertificate(path.join(directory, "pki", "etcd", "client")))).to.equal(401);
      expect(await status(clientCertificate(path.join(directory, "pki", "admin")))).to.equal(200);
    });

    it("lets nobody but the API server near etcd", async () => {
      const apiServer = commandLine(components(running().pid).get("kube-apiserver") ?? 0);
      const etcd = /--etcd-servers=(\S+)/.exec(apiServer ?? "")?.[1];
      const ca = readFileSync(path.join(directory, "pki", "etcd", "ca.crt"));
      const status = (options: object) => requestStatus(request(`${etcd}/version`, { ca, ...options }));
      expect(await status(clientCertificate(path.join(directory, "pki", "etcd", "client")))).to.equal(200);
      expect(await status(clientCertificate(path.join(directory, "pki", "admin"))).catch(String)).to.match(
        /ECONNRESET|alert/,
      );
      expect(await status({}).catch(String)).to.match(/ECONNRESET|alert/);
    });
  });

  describe("when it ends", () => {
    it("is taken up where it was, when it was killed", async () => {
      const access = await start();
      await apply({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "kept", namespace: "default" },
        data: { answer: "42" },
      });
      const { pid } = running();
      const children = [...components(pid).values()];
      expect(children).to.have.length(4);
      process.kill(pid, "SIGKILL");
      expect(await start()).to.deep.equal(access);
      expect(children.filter(isAlive)).to.deep.equal([]);
      expect(await kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.answer}")).to.equal("42");
    });

    it("ends whole when one of its components dies, and says which", async () => {
      await start();
      const { pid } = running();
      process.kill(components(pid).get("kube-scheduler") ?? 0, "SIGKILL");
      expect(await waitForExit(pid, 20_000)).to.equal(true);
      expect(runningKubernetes(directory)).to.equal(undefined);
      expect(readFileSync(path.join(directory, "serve.log"), "utf8")).to.include(
        "tenantry-kubernetes: kube-scheduler ended (signal: killed)",
      );
    });

    it("stops cleanly, and only once", async () => {
      await start();
      const { pid } = running();
      const children = [...components(pid).values()];
      expect(await stopKubernetes(directory)).to.equal(true);
      expect([pid, ...children].filter(isAlive)).to.deep.equal([]);
      expect(existsSync(path.join(directory, "ready.json"))).to.equal(false);
      expect(await stopKubernetes(directory)).to.equal(false);
    });

    it("names the port that another process has taken", async () => {
      await stopKubernetes(directory);
      const port = Number(readFileSync(path.join(directory, "port"), "utf8"));
      const squatter = createServer().listen(port, "127.0.0.1");
      try {
        const error: unknown = await start().catch((caught: unknown) => caught);
        expect(error).to.be.instanceOf(KubernetesStartError);
        expect(String(error)).to.equal(
          `KubernetesStartError: Kubernetes could not be started: port ${port} is taken by another process; it is ` +
            "this cluster's, whose address is in kubeconfigs and states: stop that process and start again, or " +
            `delete ${directory} to begin anew on a free port`,
        );
      } finally {
        squatter.close();
      }
    });

    it("leaves nothing behind when its start is interrupted", async () => {
      await stopKubernetes(directory);
      const interrupted = new AbortController();
      const started = start(interrupted.signal).catch((error: unknown) => error);
      while (supervisorOf(directory) === undefined) {
        await sleep(20);
      }
      const pid = supervisorOf(directory) ?? 0;
      const reason = new Error("Interrupted.");
      interrupted.abort(reason);
      expect(await started).to.equal(reason);
      expect(isAlive(pid)).to.equal(false);
    });

    it("is waited for when another process is starting it", async () => {
      await stopKubernetes(directory);
      const [first, second] = await Promise.all([start(), start()]);
      expect(first).to.deep.equal(second);
    });

    it("says so when its program is missing", async () => {
      await stopKubernetes(directory);
      const error: unknown = await startKubernetes({ binary: "/nowhere", directory }).catch(
        (caught: unknown) => caught,
      );
      expect(String(error)).to.equal(
        "KubernetesStartError: Kubernetes could not be started: /nowhere cannot be run (spawn /nowhere ENOENT).",
      );
    });
  });
});
