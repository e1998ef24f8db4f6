import { expect } from "chai";
import ipaddr from "ipaddr.js";
import { TEST_CELL } from "../testing/cell";
import { networkPolicySpecs } from "./network-policies";

const ARGS = { tenantId: "acme", namespace: "acme", network: TEST_CELL.network, databasePort: 5432 };

function spec(name: string, args = ARGS) {
  const found = networkPolicySpecs(args).find((policy) => policy.name === name);
  if (found === undefined) throw new Error(`no policy '${name}'`);
  return found.spec;
}

describe("network policies", () => {
  it("deny everything both ways first", () => {
    expect(spec("default-deny")).to.deep.equal({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
  });

  it("let every pod ask the cluster's DNS, and nothing else of kube-system", () => {
    expect(spec("dns")).to.deep.equal({
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
              podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
            },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    });
  });

  it("let load balancers into the gateway, and the gateway to the services", () => {
    expect(spec("gateway")).to.deep.equal({
      podSelector: { matchLabels: { "tenantry.io/role": "gateway" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            { ipBlock: { cidr: "10.20.0.0/22" } },
            { ipBlock: { cidr: "10.20.64.0/22" } },
            { ipBlock: { cidr: "10.20.128.0/22" } },
          ],
          ports: [{ protocol: "TCP", port: 8080 }],
        },
      ],
      egress: [
        {
          to: [{ podSelector: { matchLabels: { "tenantry.io/role": "service" } } }],
          ports: [{ protocol: "TCP", port: 8080 }],
        },
      ],
    });
  });

  it("let services reach the database subnets, their identity and AWS", () => {
    expect(spec("services")).to.deep.equal({
      podSelector: { matchLabels: { "tenantry.io/role": "service" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { "tenantry.io/role": "gateway" } } }],
          ports: [{ protocol: "TCP", port: 8080 }],
        },
      ],
      egress: [
        {
          to: [
            { ipBlock: { cidr: "10.20.4.0/24" } },
            { ipBlock: { cidr: "10.20.68.0/24" } },
            { ipBlock: { cidr: "10.20.132.0/24" } },
          ],
          ports: [{ protocol: "TCP", port: 5432 }],
        },
        {
          to: [{ ipBlock: { cidr: "169.254.170.23/32" } }],
          ports: [{ protocol: "TCP", port: 80 }],
        },
        {
          to: [
            {
              ipBlock: {
                cidr: "0.0.0.0/0",
                except: [
                  "10.0.0.0/8",
                  "100.64.0.0/10",
                  "127.0.0.0/8",
                  "169.254.0.0/16",
                  "172.16.0.0/12",
                  "192.168.0.0/16",
                  "10.20.0.0/16",
                ],
              },
            },
          ],
          ports: [{ protocol: "TCP", port: 443 }],
        },
      ],
    });
  });

  it("open no range that other tenants' pods are in, whatever the VPC's range is", () => {
    for (const cidr of ["10.20.0.0/16", "10.0.0.0/8", "100.64.0.0/16", "198.18.0.0/16"]) {
      const pod = ipaddr.parseCIDR(cidr)[0];
      const network = {
        cidr,
        publicSubnetCidrs: ["203.0.113.0/24"],
        databaseSubnetCidrs: ["203.0.114.0/24"],
      };
      const blocks =
        JSON.stringify(networkPolicySpecs({ ...ARGS, network })).match(/"ipBlock":\{.*?\}/g) ?? [];
      expect(blocks, cidr).to.have.length(4);
      for (const block of blocks) {
        const ranges = [...block.matchAll(/"([\d./]+)"/g)].map(([, range]) => ipaddr.parseCIDR(range ?? ""));
        const [open, ...closed] = ranges;
        if (open === undefined) throw new Error(`no range in ${block}`);
        const admits = pod.match(open) && !closed.some((range) => pod.match(range));
        expect(admits, `${cidr} in ${block}`).to.equal(false);
      }
    }
  });
});
