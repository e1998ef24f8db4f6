import { expect } from "chai";
import { SERVICE_NAMES } from "../rules/services";
import type { Recording } from "../testing/record";
import { IMAGE, at, recordSilo } from "../testing/silo";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

describe("workloads of a silo", () => {
  let acme: Recording;
  before(async () => {
    acme = await recordSilo();
  });

  for (const workload of [...SERVICE_NAMES, "gateway"]) {
    it(`runs ${workload} unprivileged and bounded`, () => {
      const pod = at(acme.one(DEPLOYMENT, `acme-${workload}`).inputs, "spec", "template", "spec");
      expect(at(pod, "automountServiceAccountToken")).to.equal(false);
      expect(at(pod, "serviceAccountName")).to.equal(workload === "gateway" ? "gateway" : "services");
      expect(at(pod, "nodeSelector")).to.deep.equal({ "tenantry.io/workload": "tenants" });
      expect(at(pod, "securityContext", "runAsNonRoot")).to.equal(true);
      expect(at(pod, "securityContext", "seccompProfile")).to.deep.equal({ type: "RuntimeDefault" });
      expect(at(pod, "containers", 0, "image")).to.equal(IMAGE);
      expect(at(pod, "containers", 0, "securityContext")).to.deep.equal({
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        capabilities: { drop: ["ALL"] },
      });
      expect(at(pod, "containers", 0, "resources", "limits", "cpu")).to.be.a("string");
      expect(at(pod, "containers", 0, "resources", "limits", "memory")).to.equal(
        at(pod, "containers", 0, "resources", "requests", "memory"),
      );
      expect(at(pod, "topologySpreadConstraints", 0, "topologyKey")).to.equal("topology.kubernetes.io/zone");
    });

    it(`leaves the number of ${workload}'s replicas to its autoscaler`, () => {
      expect(at(acme.one(DEPLOYMENT, `acme-${workload}`).inputs, "spec", "replicas")).to.equal(undefined);
      const scaler = acme.one("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", `acme-${workload}`).inputs;
      expect(at(scaler, "spec", "scaleTargetRef")).to.deep.equal({
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: workload,
      });
      expect(at(scaler, "spec", "minReplicas")).to.equal(2);
      expect(at(scaler, "spec", "maxReplicas")).to.equal(workload === "gateway" ? 3 : 4);
    });

    it(`serves ${workload} on the port its container listens on`, () => {
      const port = at(acme.one("kubernetes:core/v1:Service", `acme-${workload}`).inputs, "spec", "ports", 0);
      expect(at(port, "port")).to.equal(8080);
      expect(at(port, "targetPort")).to.equal(8080);
      const listening = at(
        acme.one(DEPLOYMENT, `acme-${workload}`).inputs,
        "spec",
        "template",
        "spec",
        "containers",
        0,
      );
      expect(at(listening, "ports", 0, "containerPort")).to.equal(8080);
    });

    it(`starts ${workload} behind its fence`, () => {
      const start = acme.position(DEPLOYMENT, `acme-${workload}`);
      const fence = acme.resources.filter(({ type }) =>
        [
          "kubernetes:core/v1:ResourceQuota",
          "kubernetes:core/v1:LimitRange",
          "kubernetes:networking.k8s.io/v1:NetworkPolicy",
          "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy",
          "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        ].includes(type),
      );
      expect(fence).to.have.length(9);
      for (const part of fence) expect(acme.resources.indexOf(part), part.name).to.be.lessThan(start);
    });
  }

  it("takes its services' database from the ConfigMap that must be there", () => {
    const container = at(
      acme.one(DEPLOYMENT, "acme-web").inputs,
      "spec",
      "template",
      "spec",
      "containers",
      0,
    );
    expect(at(container, "envFrom")).to.deep.equal([{ configMapRef: { name: "database", optional: false } }]);
    expect(at(container, "env")).to.deep.equal([
      { name: "PORT", value: "8080" },
      { name: "TENANT_ID", value: "acme" },
    ]);
  });

  it("probes a service where its arguments say", () => {
    const path = (workload: string) =>
      at(
        acme.one(DEPLOYMENT, `acme-${workload}`).inputs,
        ...["spec", "template", "spec", "containers", 0, "readinessProbe", "httpGet", "path"],
      );
    expect(path("web")).to.equal("/healthz");
    expect(path("admin")).to.equal("/");
  });

  it("rolls the gateway when its configuration changes", async () => {
    const other = await recordSilo({ gateway: { image: IMAGE, maxBodyMiB: 20 } });
    const mounted = (recording: Recording) =>
      at(
        recording.one(DEPLOYMENT, "acme-gateway").inputs,
        "spec",
        "template",
        "spec",
        "volumes",
        1,
        "configMap",
        "name",
      );
    expect(mounted(acme)).to.match(/^gateway-[0-9a-f]{10}$/);
    expect(mounted(acme)).to.equal(
      at(acme.one("kubernetes:core/v1:ConfigMap", "acme-gateway-config").inputs, "metadata", "name"),
    );
    expect(mounted(other)).not.to.equal(mounted(acme));
  });

  it("starts the gateway when the services' names are there", () => {
    for (const service of SERVICE_NAMES) {
      expect(acme.position("kubernetes:core/v1:Service", `acme-${service}`)).to.be.lessThan(
        acme.position(DEPLOYMENT, "acme-gateway"),
      );
    }
  });
});
