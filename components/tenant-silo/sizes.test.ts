import { expect } from "chai";
import { TENANT_SIZES } from "../rules/tenant-size";
import { DEFAULT_CONTAINER, SILO_SIZES, cpuQuantity, memoryQuantity, quotaOf } from "./sizes";

describe("silo sizes", () => {
  it("have this quota at large", () => {
    expect(quotaOf("large")).to.deep.equal({
      pods: 3 * 17 + 7 + 4,
      requests: { cpuMillis: 3 * 17 * 500 + 7 * 250 + 4 * 50, memoryMiB: 3 * 17 * 768 + 7 * 128 + 4 * 128 },
      limits: { cpuMillis: 3 * 17 * 2000 + 7 * 1000 + 4 * 250, memoryMiB: 3 * 17 * 768 + 7 * 128 + 4 * 128 },
    });
  });

  for (const size of TENANT_SIZES) {
    it(`outlive a zone or a spot node at ${size}`, () => {
      const { service, gateway } = SILO_SIZES[size];
      for (const workload of [service, gateway]) {
        expect(workload.minReplicas).to.be.at.least(2);
        expect(workload.maxReplicas).to.be.greaterThan(workload.minReplicas);
        expect(workload.cpuLimitMillis).to.be.at.least(workload.cpuRequestMillis);
      }
    });

    it(`allow every container that the limit range lets in at ${size}`, () => {
      const { service, gateway } = SILO_SIZES[size];
      expect(service.cpuLimitMillis).to.be.at.least(gateway.cpuLimitMillis);
      expect(service.memoryMiB).to.be.at.least(gateway.memoryMiB);
      expect(service.cpuLimitMillis).to.be.at.least(DEFAULT_CONTAINER.cpuMillis);
      expect(service.memoryMiB).to.be.at.least(DEFAULT_CONTAINER.memoryMiB);
    });
  }

  it("grow", () => {
    const pods = TENANT_SIZES.map((size) => quotaOf(size).pods);
    expect(pods).to.deep.equal([23, 36, 62]);
  });

  it("are written as Kubernetes writes them back", () => {
    expect([0, 50, 1000, 1500, 2000].map(cpuQuantity)).to.deep.equal(["0", "50m", "1", "1500m", "2"]);
    expect([64, 1024, 1536, 2048].map(memoryQuantity)).to.deep.equal(["64Mi", "1Gi", "1536Mi", "2Gi"]);
  });
});
