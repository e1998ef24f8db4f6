import { expect } from "chai";
import { Properties } from "../../framework";
import { checkCluster } from "./cluster-checks";

const PROPERTY = "kubernetesNetworkConfig.serviceIpv4Cidr";
const OUTSIDE = "must be within 10.0.0.0/8, 172.16.0.0/12, or 192.168.0.0/16";

/** What is wrong with a cluster of these services. */
function failures(serviceIpv4Cidr: string) {
  return checkCluster(new Properties({ kubernetesNetworkConfig: { serviceIpv4Cidr } }));
}

describe("eks clusters", () => {
  for (const range of ["10.96.0.0/12", "172.20.0.0/16", "192.168.4.0/24"]) {
    it(`take services in ${range}`, () => {
      expect(failures(range)).to.deep.equal([]);
    });
  }

  const refused: readonly [string, string[]][] = [
    [
      "172.20.0.0/25",
      [
        'expected "172.20.0.0/25" to contain a network Value with between 12 and 24 significant bits, got: 25',
      ],
    ],
    [
      "10.0.0.0/11",
      ['expected "10.0.0.0/11" to contain a network Value with between 12 and 24 significant bits, got: 11'],
    ],
    ["52.20.0.0/16", [OUTSIDE]],
    ["100.64.0.0/16", [OUTSIDE]],
    ["192.160.0.0/12", [OUTSIDE]],
    ["172.20.1.0/16", ['"172.20.1.0/16" is not a valid IPv4 CIDR block']],
  ];
  for (const [range, reasons] of refused) {
    it(`refuse services in ${range}`, () => {
      expect(failures(range)).to.deep.equal(reasons.map((reason) => ({ property: PROPERTY, reason })));
    });
  }
});
