import { expect } from "chai";
import { CELL_STACK, judge, mutate, type TestResource } from "../../testing/judge";
import { testPolicy } from "../../testing/table";
import { tenantAdmitsOwnGroup, tenantBindsOwnSubjects, tenantStaysInNamespace } from "./scope";

const inAcme = (type: string): TestResource => ({
  type,
  props: { metadata: { name: "x", namespace: "acme" } },
});

testPolicy({
  policy: tenantStaysInNamespace,
  compliant: inAcme("kubernetes:core/v1:ResourceQuota"),
  mutations: [
    ["metadata.namespace", "globex", "metadata.namespace: globex; expected 'acme'"],
    ["metadata.namespace", undefined, "metadata.namespace: not set; expected 'acme'"],
  ],
});

describe("tenant-stays-in-namespace", () => {
  for (const [type, kind] of [
    ["rbac.authorization.k8s.io/v1:ClusterRole", "ClusterRole"],
    ["rbac.authorization.k8s.io/v1:ClusterRolePatch", "ClusterRole"],
    ["rbac.authorization.k8s.io/v1:ClusterRoleBindingPatch", "ClusterRoleBinding"],
    ["storage.k8s.io/v1:StorageClass", "StorageClass"],
    ["kyverno.io/v1:ClusterPolicy", "ClusterPolicy"],
  ] as const) {
    it(`refuses ${type}, even in the tenant's namespace`, async () => {
      expect(await judge(tenantStaysInNamespace, inAcme(`kubernetes:${type}`))).to.deep.equal([
        `${kind}: reaches over every tenant of the cluster; expected namespaced objects only`,
      ]);
    });
  }

  it("refuses a patch of another tenant's namespace", async () => {
    const type = "kubernetes:core/v1:NamespacePatch";
    const props = { metadata: { name: "globex" } };
    expect(await judge(tenantStaysInNamespace, { type, props })).to.deep.equal([
      "metadata.name: globex; expected 'acme'",
    ]);
  });

  it("judges each object of a list", async () => {
    const type = "kubernetes:core/v1:PodList";
    const props = { items: [{ metadata: { namespace: "acme" } }, { metadata: { namespace: "globex" } }] };
    expect(await judge(tenantStaysInNamespace, { type, props })).to.deep.equal([
      "metadata.namespace: globex; expected 'acme'",
    ]);
  });

  it("takes no kind for a list by its name alone", async () => {
    const list = {
      type: "kubernetes:example.com/v1:AccessList",
      props: { metadata: { namespace: "globex" } },
    };
    expect(await judge(tenantStaysInNamespace, list)).to.deep.equal([
      "metadata.namespace: globex; expected 'acme'",
    ]);
  });

  it("refuses a Helm release, whose objects nobody sees", async () => {
    const release = { type: "kubernetes:helm.sh/v3:Release", props: { namespace: "acme" } };
    expect(await judge(tenantStaysInNamespace, release)).to.have.length(1);
  });

  it("leaves a cell's stack alone", async () => {
    const role = { type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", props: {} };
    expect(await judge(tenantStaysInNamespace, role, CELL_STACK)).to.deep.equal([]);
  });
});

const binding = {
  type: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
  props: {
    subjects: [
      { kind: "Group", name: "tenantry:acme:operators" },
      { kind: "ServiceAccount", name: "services", namespace: "acme" },
    ],
    roleRef: { kind: "Role", name: "operators" },
  },
};
const foreign = (who: string) =>
  `subjects: ${who}; expected the group 'tenantry:acme:operators' or a service account of namespace 'acme'`;

testPolicy({
  policy: tenantBindsOwnSubjects,
  compliant: binding,
  mutations: [
    ["subjects.0.name", "system:authenticated", foreign("Group 'system:authenticated'")],
    ["subjects.0.name", "tenantry:globex:operators", foreign("Group 'tenantry:globex:operators'")],
    ["subjects.0.kind", "User", foreign("User 'tenantry:acme:operators'")],
    ["subjects.1.namespace", "globex", foreign("ServiceAccount 'services' of namespace 'globex'")],
    ["subjects.1.namespace", undefined, foreign("ServiceAccount 'services'")],
    [
      "roleRef",
      { kind: "ClusterRole", name: "cluster-admin" },
      "roleRef: ClusterRole 'cluster-admin'; expected a Role of the tenant's namespace",
    ],
  ],
});

describe("tenant-binds-own-subjects", () => {
  it("judges a patch as the binding itself", async () => {
    const props = { subjects: [{ kind: "Group", name: "everyone" }] };
    expect(await judge(tenantBindsOwnSubjects, { type: `${binding.type}Patch`, props })).to.deep.equal([
      foreign("Group 'everyone'"),
    ]);
  });

  it("leaves a cell's bindings alone", async () => {
    const props = mutate(binding.props, "subjects.0.name", "system:authenticated");
    expect(await judge(tenantBindsOwnSubjects, { ...binding, props }, CELL_STACK)).to.deep.equal([]);
  });
});

testPolicy({
  policy: tenantAdmitsOwnGroup,
  compliant: {
    type: "aws:eks/accessEntry:AccessEntry",
    props: { kubernetesGroups: ["tenantry:acme:operators"] },
  },
  mutations: [
    [
      "kubernetesGroups",
      ["tenantry:acme:operators", "tenantry:globex:operators"],
      "kubernetesGroups: 'tenantry:globex:operators'; expected 'tenantry:acme:operators'",
    ],
  ],
});

testPolicy({
  policy: tenantAdmitsOwnGroup,
  compliant: {
    type: "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    props: { accessScope: { type: "namespace", namespaces: ["acme"] } },
  },
  mutations: [
    ["accessScope", { type: "cluster" }, "accessScope: cluster; expected the namespace 'acme'"],
    [
      "accessScope.namespaces",
      ["acme", "globex"],
      "accessScope: namespace acme globex; expected the namespace 'acme'",
    ],
  ],
});
