import { expect } from "chai";
import { OPERATOR_RULES } from "../tenant-silo/operators";
import { at } from "../testing/silo";
import { type Recording, record } from "../testing/record";
import { TenantAdmission } from "./tenant-admission";

const POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";

describe("TenantAdmission", () => {
  let made: Recording;
  before(async () => {
    made = await record(() => {
      new TenantAdmission("eu-1", { kubeconfig: '{"apiVersion":"v1"}', clusterArn: "arn:cluster" });
    });
  });

  it("makes exactly the resources of a cell's admission", () => {
    expect(made.counts()).to.deep.equal({
      "tenantry:index:TenantAdmission": 1,
      "pulumi:providers:kubernetes": 1,
      [POLICY]: 1,
      [BINDING]: 1,
    });
  });

  it("works in the cell's own cluster only", () => {
    expect(made.one("pulumi:providers:kubernetes", "eu-1-kubernetes").inputs["clusterIdentifier"]).to.equal(
      "arn:cluster",
    );
    for (const type of [POLICY, BINDING]) {
      expect(made.one(type, "eu-1-pod-placement").provider).to.contain("::eu-1-kubernetes::");
    }
  });

  it("judges every new pod of every tenant's namespace, and lets none by that it cannot judge", () => {
    const { inputs } = made.one(POLICY, "eu-1-pod-placement");
    expect(at(inputs, "spec", "failurePolicy")).to.equal("Fail");
    expect(at(inputs, "spec", "matchConstraints")).to.deep.equal({
      namespaceSelector: { matchExpressions: [{ key: "tenantry.io/tenant", operator: "Exists" }] },
      resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
    });
  });

  it("asks for the tenants' nodes, by the scheduler, and for no taint", () => {
    const validations = at(made.one(POLICY, "eu-1-pod-placement").inputs, "spec", "validations");
    if (!Array.isArray(validations)) throw new Error("expected validations");
    expect(validations.map((validation) => at(validation, "expression"))).to.deep.equal([
      "!has(object.spec.nodeName) || object.spec.nodeName == ''",
      "has(object.spec.nodeSelector) && 'tenantry.io/workload' in object.spec.nodeSelector && object.spec.nodeSelector['tenantry.io/workload'] == 'tenants'",
      `!has(object.spec.tolerations) || object.spec.tolerations.all(t, has(t.key) && t.key in ["node.kubernetes.io/not-ready","node.kubernetes.io/unreachable"] && has(t.effect) && t.effect == 'NoExecute')`,
    ]);
  });

  it("denies, and is bound when the policy is there", () => {
    expect(made.one(BINDING, "eu-1-pod-placement").inputs["spec"]).to.deep.equal({
      policyName: at(made.one(POLICY, "eu-1-pod-placement").inputs, "metadata", "name"),
      validationActions: ["Deny"],
    });
    expect(made.position(BINDING, "eu-1-pod-placement")).to.be.greaterThan(
      made.position(POLICY, "eu-1-pod-placement"),
    );
  });

  it("needs to judge new pods only, as operators cannot change or bind one", () => {
    const onPods = OPERATOR_RULES.flatMap(({ resources, verbs }) =>
      (resources as string[])
        .filter((resource) => resource === "pods" || resource.startsWith("pods/"))
        .flatMap((resource) => (verbs as string[]).map((verb) => `${verb} ${resource}`)),
    );
    const changes = onPods.filter((right) => !/^(get|list|watch) /.test(right));
    expect(changes.sort()).to.deep.equal([
      "create pods",
      "create pods/eviction",
      "create pods/exec",
      "create pods/portforward",
      "delete pods",
    ]);
  });
});
