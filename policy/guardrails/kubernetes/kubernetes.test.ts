import { expect } from "chai";
import { CELL_STACK, judge, judgeStack, mutate, type TestResource } from "../../testing/judge";
import { testPolicy } from "../../testing/table";
import { namespaceFenced, namespaceRestricted } from "./namespaces";
import { imagesByDigest, podsUnprivileged } from "./pods";

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

describe("namespace-restricted", () => {
  const patch = { type: "kubernetes:core/v1:NamespacePatch", props: { metadata: { name: "acme" } } };

  it("lets a patch leave the label as it is", async () => {
    expect(await judge(namespaceRestricted, patch)).to.deep.equal([]);
  });

  it("refuses a patch that loosens the label", async () => {
    const labels = { [ENFORCE]: "privileged" };
    const props = mutate(patch.props, ["metadata", "labels"], labels);
    expect(await judge(namespaceRestricted, { ...patch, props })).to.deep.equal([
      `metadata.labels['${ENFORCE}']: privileged; expected 'restricted'`,
    ]);
  });
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

const podGroups = inAcme("kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy", {
  podSelector: { matchLabels: { role: "service" } },
  securityGroups: { groupIds: ["sg-nodes", "sg-acme"] },
});
const pod = inAcme("kubernetes:core/v1:Pod", {});

describe("namespace-fenced", () => {
  const fenced = [namespace, denyAll, quota, limits, podGroups];

  it("passes a namespace with quota, limits, a security group for pods and a policy that denies all", async () => {
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
      "a security group for pods",
      podGroups,
      ["namespace 'acme': expected a SecurityGroupPolicy, or its pods carry the nodes' security group alone"],
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
    expect(await judgeStack(namespaceFenced, [namespace, open, quota, limits, podGroups])).to.deep.equal([
      "namespace 'acme': expected a NetworkPolicy that denies all Egress by default",
    ]);
  });

  for (const [what, selector] of [
    ["labels", { matchLabels: { role: "service" } }],
    ["expressions", { matchExpressions: [{ key: "role", operator: "Exists" }] }],
  ] as const) {
    it(`refuses a policy that denies all to some pods only, by ${what}`, async () => {
      const some = { ...denyAll, props: mutate(denyAll.props, ["spec", "podSelector"], selector) };
      expect(await judgeStack(namespaceFenced, [namespace, some, quota, limits, podGroups])).to.have.length(
        2,
      );
    });
  }

  it("refuses a SecurityGroupPolicy that names no group", async () => {
    const none = { ...podGroups, props: mutate(podGroups.props, "spec.securityGroups.groupIds", []) };
    expect(await judgeStack(namespaceFenced, [namespace, denyAll, quota, limits, none])).to.have.length(1);
  });

  it("refuses pods whose namespace the stack does not make", async () => {
    expect(await judgeStack(namespaceFenced, [pod, denyAll, quota, limits, podGroups])).to.deep.equal([
      "namespace 'acme': expected a Namespace in the same stack, or nobody says what it enforces",
    ]);
  });

  it("counts no patch of a policy as the policy", async () => {
    const patch = { ...denyAll, type: `${denyAll.type}Patch` };
    expect(await judgeStack(namespaceFenced, [namespace, patch, quota, limits, podGroups])).to.have.length(2);
  });

  it("asks nothing of a stack without namespaces and pods", async () => {
    expect(await judgeStack(namespaceFenced, [quota])).to.deep.equal([]);
  });

  it("leaves a cell's namespaces alone", async () => {
    expect(await judgeStack(namespaceFenced, [namespace], CELL_STACK)).to.deep.equal([]);
  });

  it("does not count a quota of another namespace", async () => {
    const foreign = { ...quota, props: mutate(quota.props, ["metadata", "namespace"], "globex") };
    expect(
      await judgeStack(namespaceFenced, [namespace, denyAll, foreign, limits, podGroups]),
    ).to.have.length(1);
  });
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

describe("pods-unprivileged and images-by-digest", () => {
  const broken = { containers: [{ ...container, image: "web:latest", securityContext: {} }] };
  const inTemplate = { spec: { template: { spec: broken } } };
  const kinds: readonly (readonly [type: string, props: Record<string, unknown>])[] = [
    ["core/v1:Pod", { spec: broken }],
    ["core/v1:PodPatch", { spec: broken }],
    ["core/v1:PodList", { items: [{ spec: broken }] }],
    ["core/v1:PodTemplate", { template: { spec: broken } }],
    ["core/v1:ReplicationController", inTemplate],
    ["apps/v1:Deployment", inTemplate],
    ["apps/v1:DeploymentPatch", inTemplate],
    ["apps/v1beta2:Deployment", inTemplate],
    ["extensions/v1beta1:Deployment", inTemplate],
    ["apps/v1:ReplicaSet", inTemplate],
    ["apps/v1:StatefulSet", inTemplate],
    ["apps/v1:StatefulSetPatch", inTemplate],
    ["apps/v1:DaemonSet", inTemplate],
    ["batch/v1:Job", inTemplate],
    ["batch/v1:CronJob", { spec: { jobTemplate: inTemplate } }],
    ["batch/v1:CronJobPatch", { spec: { jobTemplate: inTemplate } }],
  ];

  for (const [type, props] of kinds) {
    it(`judge a ${type}`, async () => {
      const resource = { type: `kubernetes:${type}`, props };
      expect(await judge(podsUnprivileged, resource)).to.have.length(4);
      expect(await judge(imagesByDigest, resource)).to.have.length(1);
    });
  }

  it("leave a patch alone that changes no pod", async () => {
    const scale = inAcme("kubernetes:apps/v1:DeploymentPatch", { replicas: 3 });
    expect(await judge(podsUnprivileged, scale)).to.deep.equal([]);
    expect(await judge(imagesByDigest, scale)).to.deep.equal([]);
  });
});
