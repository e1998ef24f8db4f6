import { expect } from "chai";
import { tenantProviders } from "../providers";
import { SERVICE_NAMES } from "../rules/services";
import { TEST_CELL } from "../testing/cell";
import { type Recording, record } from "../testing/record";
import { at, recordSilo } from "../testing/silo";
import { RetainedSilo } from "./retained-silo";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

/** A recording's resources without what the presence changes. */
function elsewhere(recording: Recording) {
  const changed = new Set([DEPLOYMENT, "kubernetes:core/v1:ConfigMap"]);
  return recording.resources
    .filter(({ type }) => !changed.has(type))
    .sort((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
}

describe("a suspended TenantSilo", () => {
  let serving: Recording;
  let suspended: Recording;
  before(async () => {
    serving = await recordSilo();
    suspended = await recordSilo({ presence: "suspended" });
  });

  it("is a serving one but for Deployments and the gateway's configuration", () => {
    expect(suspended.counts()).to.deep.equal(serving.counts());
    expect(elsewhere(suspended)).to.deep.equal(elsewhere(serving));
  });

  for (const service of SERVICE_NAMES) {
    it(`runs no pod of ${service}, and takes the number of them over from its autoscaler`, () => {
      const before = serving.one(DEPLOYMENT, `acme-${service}`).inputs;
      const { metadata, spec } = suspended.one(DEPLOYMENT, `acme-${service}`).inputs;
      expect(spec).to.deep.equal({ ...Object(before["spec"]), replicas: 0 });
      expect(metadata).to.deep.equal({
        ...Object(before["metadata"]),
        annotations: { "pulumi.com/patchForce": "true" },
      });
    });
  }

  it("keeps its gateway running", () => {
    const gateway = suspended.one(DEPLOYMENT, "acme-gateway").inputs;
    expect(at(gateway, "spec", "replicas")).to.equal(undefined);
    expect(at(gateway, "metadata", "annotations")).to.equal(undefined);
  });

  it("has a gateway that answers 503 and passes nothing on", () => {
    const config = at(
      suspended.one("kubernetes:core/v1:ConfigMap", "acme-gateway-config").inputs,
      "data",
      "nginx.conf",
    );
    expect(config).to.contain("return 503 ");
    expect(config).not.to.contain("proxy_pass");
  });

  it("serves unless it is told otherwise", async () => {
    expect((await recordSilo({ presence: "serving" })).counts()).to.deep.equal(serving.counts());
    const config = serving.one("kubernetes:core/v1:ConfigMap", "acme-gateway-config").inputs;
    expect(at(config, "data", "nginx.conf")).to.contain("proxy_pass");
  });
});

describe("RetainedSilo", () => {
  async function retained(id = "acme"): Promise<Recording> {
    return record(
      () => {
        const { aws } = tenantProviders("acme", TEST_CELL);
        new RetainedSilo("acme", { tenant: { id }, cell: TEST_CELL }, { providers: { aws } });
      },
      ({ type }) => (type === "aws:kms/key:Key" ? { arn: "arn:key", keyId: "11112222-3333" } : {}),
    );
  }

  it("keeps the silo's key and alias as they are, and nothing else", async () => {
    const [left, silo] = [await retained(), await recordSilo()];
    expect(left.counts()).to.deep.equal({
      "pulumi:providers:aws": 1,
      "pulumi:providers:kubernetes": 1,
      "tenantry:index:TenantSilo": 1,
      "aws:kms/key:Key": 1,
      "aws:kms/alias:Alias": 1,
    });
    for (const type of ["tenantry:index:TenantSilo", "aws:kms/key:Key", "aws:kms/alias:Alias"]) {
      expect(left.all(type)).to.deep.equal(silo.all(type));
    }
  });

  it("refuses a reserved id", async () => {
    const error = await retained("kube-system").catch((reason: unknown) => reason);
    expect(String(error)).to.contain("RetainedSilo 'acme': tenant.id 'kube-system' begins with");
  });

  it("refuses to work through ambient providers", async () => {
    let message = "accepted";
    await record(() => {
      try {
        new RetainedSilo("acme", { tenant: { id: "acme" }, cell: TEST_CELL });
      } catch (error) {
        message = error instanceof Error ? error.message : String(error);
      }
    });
    expect(message).to.contain("RetainedSilo 'acme': opts.providers.aws is missing");
  });
});
