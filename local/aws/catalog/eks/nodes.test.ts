import { expect } from "chai";
import { nodesOf, type NodeGroupShape } from "./nodes";

const SHAPE: NodeGroupShape = {
  arn: "arn:aws:eks:us-east-1:123456789012:nodegroup/shop/plain/0",
  name: "plain",
  region: "us-east-1",
  instanceTypes: ["m7g.large"],
  capacityType: "SPOT",
  labels: {},
  taints: [],
  places: [{ subnetId: "subnet-1", zone: "us-east-1a" }],
  desiredSize: 2,
};

describe("eks nodes", () => {
  for (const [type, architecture] of [
    ["m7g.large", "arm64"],
    ["m7i.large", "amd64"],
  ] as const) {
    it(`say that ${type} is ${architecture}`, () => {
      const labels = nodesOf({ ...SHAPE, instanceTypes: [type] }).map(({ metadata }) => metadata.labels);
      expect(labels.map((all) => all["kubernetes.io/arch"])).to.deep.equal([architecture, architecture]);
    });
  }
});
