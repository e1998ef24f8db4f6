import { expect } from "chai";
import { readFileSync, statSync } from "node:fs";
import { request } from "node:https";
import * as path from "node:path";
import { commandLine } from "../processes";
import { issueKubeconfig } from "./index";
import { TestCluster, clientCertificate, fakeNode, kubectlOf, podOf, requestStatus } from "./testing";

const namespace = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

describe("the local Kubernetes", function () {
  this.timeout(120_000);

  let cluster: TestCluster;
  after(() => cluster.remove());

  before(async () => {
    cluster = new TestCluster();
    await cluster.start();
    await cluster.kubectl.apply(fakeNode("node-a"), fakeNode("node-b"));
  });

  it("hands out a kubeconfig that only its owner reads", () => {
    const { kubeconfig: file, server } = cluster.running();
    expect(file).to.equal(cluster.kubeconfig);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(readFileSync(file, "utf8")).to.include(server).and.not.include("insecure");
  });

  it("says which Kubernetes it is", async () => {
    expect(await cluster.kubectl("version")).to.match(/^Server Version: v1\.36\.\d+$/m);
  });

  it("keeps its nodes ready", async () => {
    expect(await cluster.kubectl("wait", "--for=condition=Ready", "node", "--all", "--timeout=20s")).to.equal(
      "node/node-a condition met\nnode/node-b condition met\n",
    );
  });

  it("rolls a Deployment out, init containers and all", async () => {
    await cluster.kubectl.apply(namespace("rollout"), {
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
    expect(
      await cluster.kubectl("-n", "rollout", "rollout", "status", "deployment/web", "--timeout=30s"),
    ).to.match(/deployment "web" successfully rolled out\n$/);
    const states = '{range .items[*]}{.status.phase} {.status.initContainerStatuses[*].state}{"\\n"}{end}';
    const pods = (await cluster.kubectl("-n", "rollout", "get", "pods", "-o", `jsonpath=${states}`))
      .trim()
      .split("\n");
    expect(pods).to.have.length(3);
    for (const pod of pods) {
      expect(pod).to.match(/^Running \{"terminated":\{.*"reason":"Completed".*\}\} \{"running":\{.*\}\}$/);
    }
  });

  it("completes a Job", async () => {
    await cluster.kubectl.apply(namespace("jobs"), {
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
      await cluster.kubectl("-n", "jobs", "wait", "--for=condition=Complete", "job/once", "--timeout=30s"),
    ).to.equal("job.batch/once condition met\n");
  });

  it("refuses a privileged pod in a restricted namespace", async () => {
    await cluster.kubectl.apply(
      namespace("restricted", { "pod-security.kubernetes.io/enforce": "restricted" }),
    );
    const refused = await cluster.kubectl
      .apply(podOf("restricted", "root", { privileged: true }))
      .catch(String);
    expect(refused).to.include('violates PodSecurity "restricted:latest": privileged');
    await cluster.kubectl.apply(
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
    await cluster.kubectl.apply(namespace("quota"), {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "pods", namespace: "quota" },
      spec: { hard: { pods: "1" } },
    });
    const counted = "jsonpath={.status.hard.pods}=1";
    await cluster.kubectl("-n", "quota", "wait", `--for=${counted}`, "resourcequota/pods", "--timeout=20s");
    await cluster.kubectl.apply(podOf("quota", "first"));
    const refused = await cluster.kubectl.apply(podOf("quota", "second")).catch(String);
    expect(refused).to.include("exceeded quota: pods, requested: pods=1, used: pods=1, limited: pods=1");
  });

  it("knows what EKS and the load balancer controller define, and holds it to their rules", async () => {
    const policy = (groupIds: string[]) => ({
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: { name: "pods", namespace: "default" },
      spec: { podSelector: { matchLabels: { app: "web" } }, securityGroups: { groupIds } },
    });
    await cluster.kubectl.apply(policy(["sg-1"]), {
      apiVersion: "elbv2.k8s.aws/v1beta1",
      kind: "TargetGroupBinding",
      metadata: { name: "gateway", namespace: "default" },
      spec: {
        targetGroupARN: "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/acme/0123",
        targetType: "ip",
        serviceRef: { name: "gateway", port: 80 },
      },
    });
    const tooMany = await cluster.kubectl.apply(policy(["1", "2", "3", "4", "5", "6"])).catch(String);
    expect(tooMany).to.include("spec.securityGroups.groupIds: Too many: 6: must have at most 5 items");
  });

  it("really deletes a namespace and what is in it", async () => {
    await cluster.kubectl.apply(namespace("gone"), podOf("gone", "web"));
    await cluster.kubectl("-n", "gone", "wait", "--for=condition=Ready", "pod/web", "--timeout=20s");
    expect(await cluster.kubectl("delete", "namespace", "gone", "--timeout=30s")).to.equal(
      'namespace "gone" deleted\n',
    );
    expect(
      await cluster.kubectl("get", "pods", "-A", "--field-selector=metadata.namespace=gone", "-o", "name"),
    ).to.equal("");
  });

  it("lets a user do what RBAC says, and nothing else", async () => {
    await cluster.kubectl.apply(namespace("acme"), namespace("globex"), {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "operators", namespace: "acme" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: "acme:operators" }],
    });
    const file = path.join(cluster.directory, "operator");
    await issueKubeconfig({ ...cluster, user: "jane", groups: ["acme:operators"], file });
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const operator = kubectlOf(cluster.binary, file);
    await operator.apply(podOf("acme", "web"));
    const refused = await operator("-n", "globex", "get", "pods").catch(String);
    expect(refused).to.include("Forbidden").and.include('User "jane" cannot list resource "pods"');
  });

  it("answers nobody without a certificate of its own authority", async () => {
    const { server, certificateAuthority } = cluster.running();
    const ca = readFileSync(certificateAuthority);
    const status = (options: object) => requestStatus(request(`${server}/api`, { ca, ...options }));
    expect(await status({})).to.equal(401);
    expect(await status({ headers: { authorization: "Bearer guessed" } })).to.equal(401);
    expect(await status(clientCertificate(path.join(cluster.directory, "pki", "etcd", "client")))).to.equal(
      401,
    );
    expect(await status(clientCertificate(path.join(cluster.directory, "pki", "admin")))).to.equal(200);
  });

  it("lets nobody but the API server near etcd", async () => {
    const apiServer = commandLine(cluster.components().get("kube-apiserver") ?? 0);
    const etcd = /--etcd-servers=(\S+)/.exec(apiServer ?? "")?.[1];
    const ca = readFileSync(path.join(cluster.directory, "pki", "etcd", "ca.crt"));
    const status = (options: object) => requestStatus(request(`${etcd}/version`, { ca, ...options }));
    expect(await status(clientCertificate(path.join(cluster.directory, "pki", "etcd", "client")))).to.equal(
      200,
    );
    expect(
      await status(clientCertificate(path.join(cluster.directory, "pki", "admin"))).catch(String),
    ).to.match(/ECONNRESET|alert/);
    expect(await status({}).catch(String)).to.match(/ECONNRESET|alert/);
  });
});
