import { expect } from "chai";
import { CELL_STACK, judge, judgeStack, mutate, type TestResource } from "../../testing/judge";
import { testPolicy } from "../../testing/table";
import { namespaceFenced, namespaceRestricted } from "./namespaces";
import { imagesByDigest, podsUnprivileged } from "./pods";
import { tenantBindsOwnSubjects, tenantStaysInNamespace } from "./scope";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const namespace: TestResource = {
  type: "kubernetes:core/v1:Namespace",
  props: { metadata: { name: "acme", labels: { [ENFORCE]: "restricted" } } },
};

testPolicy({
  policy: namespaceRestricted,
  compliant: namespace,
  mutations: [
    [
      ["metadata", "labels", ENFORCE],
      "baseline",
      `metadata.labels['${ENFORCE}']: baseline; expected 'restricted'`,
    ],
    [
      ["metadata", "labels", ENFORCE],
      undefined,
      `metadata.labels['${ENFORCE}']: not set; expected 'restricted'`,
    ],
  ],
});

const inAcme = (type: string, spec: object): TestResource => ({
  type,
  props: { metadata: { name: "x", namespace: "acme" }, spec },
});
const denyAll = inAcme("kubernetes:networking.k8s.io/v1:NetworkPolicy", {
  podSelector: {},
  policyTypes: ["Ingress", "Egress"],
});
const quota = inAcme("kubernetes:core/v1:ResourceQuota", { hard: { pods: "20" } });
const limits = inAcme("kubernetes:core/v1:LimitRange", { limits: [] });

describe("namespace-fenced", () => {
  const fenced = [namespace, denyAll, quota, limits];

  it("passes a namespace with quota, limit range and a policy that denies all", async () => {
    expect(await judgeStack(namespaceFenced, fenced)).to.deep.equal([]);
  });

  const without: readonly [string, TestResource, string[]][] = [
    ["a quota", quota, ["namespace 'acme': expected a ResourceQuota, or it can starve its neighbours"]],
    [
      "a limit range",
      limits,
      ["namespace 'acme': expected a LimitRange, or pods without limits can starve their node"],
    ],
    [
      "a policy that denies all",
      denyAll,
      ["Ingress", "Egress"].map(
        (direction) => `namespace 'acme': expected a NetworkPolicy that denies all ${direction} by default`,
      ),
    ],
  ];
  for (const [what, missing, messages] of without) {
    it(`refuses a namespace without ${what}`, async () => {
      expect(
        await judgeStack(
          namespaceFenced,
          fenced.filter((resource) => resource !== missing),
        ),
      ).to.deep.equal(messages);
    });
  }

  it("refuses a policy that denies all but opens something itself", async () => {
    const open = { ...denyAll, props: mutate(denyAll.props, ["spec", "egress"], [{}]) };
    expect(await judgeStack(namespaceFenced, [namespace, open, quota, limits])).to.deep.equal([
      "namespace 'acme': expected a NetworkPolicy that denies all Egress by default",
    ]);
  });

  it("does not count a quota of another namespace", async () => {
    const foreign = { ...quota, props: mutate(quota.props, ["metadata", "namespace"], "globex") };
    expect(await judgeStack(namespaceFenced, [namespace, denyAll, foreign, limits])).to.have.length(1);
  });
});

testPolicy({
  policy: tenantStaysInNamespace,
  compliant: quota,
  mutations: [
    ["metadata.namespace", "globex", "metadata.namespace: globex; expected 'acme'"],
    ["metadata.namespace", undefined, "metadata.namespace: not set; expected 'acme'"],
  ],
});

describe("tenant-stays-in-namespace", () => {
  it("refuses a cluster-wide role", async () => {
    const role = { type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", props: {} };
    expect(await judge(tenantStaysInNamespace, role)).to.deep.equal([
      "ClusterRole: reaches over every tenant of the cluster; expected namespaced objects only",
    ]);
  });

  it("leaves a cell's stack alone", async () => {
    const role = { type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", props: {} };
    expect(await judge(tenantStaysInNamespace, role, CELL_STACK)).to.deep.equal([]);
  });
});

testPolicy({
  policy: tenantBindsOwnSubjects,
  compliant: {
    type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    props: {
      subjects: [{ kind: "Group", name: "tenantry:acme:operators" }],
      roleRef: { kind: "Role", name: "operators" },
    },
  },
  mutations: [
    [
      "subjects.0.name",
      "system:authenticated",
      "subjects: 'system:authenticated' stands for more than tenant 'acme'; expected its own group or service account",
    ],
    [
      "subjects.0",
      { kind: "ServiceAccount", name: "app", namespace: "globex" },
      "subjects: service account of namespace 'globex'; expected 'acme'",
    ],
    [
      "roleRef",
      { kind: "ClusterRole", name: "cluster-admin" },
      "roleRef: ClusterRole 'cluster-admin'; expected a Role of the tenant's namespace",
    ],
  ],
});

const container = {
  name: "web",
  image: `registry.example/web@sha256:${"a".repeat(64)}`,
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
};
const deployment = inAcme("kubernetes:apps/v1:Deployment", {
  template: {
    spec: {
      securityContext: { runAsNonRoot: true },
      containers: [container],
      volumes: [{ name: "tmp", emptyDir: {} }],
    },
  },
});
const POD = "spec.template.spec";
const CONTAINER = `${POD}.containers.0`;

testPolicy({
  policy: podsUnprivileged,
  compliant: deployment,
  mutations: [
    [`${POD}.hostNetwork`, true, "hostNetwork: true; expected false"],
    [
      `${POD}.volumes.0.hostPath`,
      { path: "/" },
      "volumes: 'tmp' is a hostPath; expected none of the node's files",
    ],
    [`${POD}.securityContext.runAsNonRoot`, undefined, "container 'web': runAsNonRoot is off; expected true"],
    [
      `${CONTAINER}.securityContext.runAsNonRoot`,
      false,
      "container 'web': runAsNonRoot is off; expected true",
    ],
    [`${CONTAINER}.securityContext.privileged`, true, "container 'web': privileged; expected false"],
    [
      `${CONTAINER}.securityContext.allowPrivilegeEscalation`,
      undefined,
      "container 'web': allowPrivilegeEscalation is on; expected false",
    ],
    [
      `${CONTAINER}.securityContext.readOnlyRootFilesystem`,
      undefined,
      "container 'web': readOnlyRootFilesystem is off; expected true",
    ],
    [
      `${CONTAINER}.securityContext.capabilities`,
      undefined,
      "container 'web': keeps capabilities; expected drop ['ALL']",
    ],
    [`${CONTAINER}.securityContext.runAsUser`, 0, "container 'web': runs as root; expected another user"],
  ],
});

testPolicy({
  policy: imagesByDigest,
  compliant: deployment,
  mutations: [
    [
      `${CONTAINER}.image`,
      "registry.example/web:latest",
      "container 'web': image 'registry.example/web:latest'; expected repository@sha256:<64 hex digits>",
    ],
  ],
});
