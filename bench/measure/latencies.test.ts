import { expect } from "chai";
import { Latencies } from "./latencies";

describe("latencies", () => {
  it("have percentiles by the nearest rank", async () => {
    const latencies = new Latencies();
    const clock = performance.now.bind(performance);
    let now = 0;
    performance.now = () => now;
    try {
      for (let took = 100; took >= 1; took -= 1) await latencies.time(() => Promise.resolve((now += took)));
    } finally {
      performance.now = clock;
    }
    expect(latencies.count).to.equal(100);
    expect([0.5, 0.99, 1].map((share) => latencies.percentile(share))).to.deep.equal([50, 99, 100]);
  });

  it("have none where nothing was timed", () => {
    expect(new Latencies().percentile(0.5)).to.be.NaN;
  });
});
