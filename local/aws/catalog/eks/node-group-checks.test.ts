import { expect } from "chai";
import { AwsError, Properties, type PropertyMap } from "../../framework";
import { refuseNodeGroup } from "./node-group-checks";

const GOOD = { instanceTypes: ["m7i.large"], scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 } };

/** EKS's answer to a node group. */
async function answer(changes: PropertyMap): Promise<string> {
  try {
    await refuseNodeGroup({ inputs: new Properties({ ...GOOD, ...changes }) }, "1.35");
    return "accepted";
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe("eks node groups", () => {
  const accepted: readonly [string, PropertyMap][] = [
    ["x86 types and no image", {}],
    ["x86 types and their image", { amiType: "AL2023_x86_64_STANDARD" }],
    [
      "Graviton types and their image",
      { instanceTypes: ["m7g.large", "c7gn.xlarge"], amiType: "AL2023_ARM_64_STANDARD" },
    ],
    ["an image of one's own", { instanceTypes: ["m7g.large"], amiType: "CUSTOM" }],
  ];
  for (const [what, changes] of accepted) {
    it(`take ${what}`, async () => {
      expect(await answer(changes)).to.equal("accepted");
    });
  }

  const refused: readonly [string, PropertyMap, string][] = [
    [
      "Graviton types and no image",
      { instanceTypes: ["m7g.large"] },
      "[m7g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
    ],
    [
      "x86 types and Graviton's image",
      { amiType: "AL2023_ARM_64_STANDARD" },
      "[m7i.large] is not a valid instance type for requested amiType AL2023_ARM_64_STANDARD",
    ],
    [
      "types of two architectures",
      { instanceTypes: ["m7i.large", "m7g.large"] },
      "[m7g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
    ],
    [
      "a type that there is not",
      { instanceTypes: ["m7g.huge"] },
      "The following supplied instance types do not exist: [m7g.huge]",
    ],
  ];
  for (const [what, changes, message] of refused) {
    it(`refuse ${what}`, async () => {
      const reply = await answer(changes);
      expect(reply.slice(0, reply.indexOf(": "))).to.equal("InvalidParameterException");
      expect(reply).to.contain(message);
    });
  }
});
