import { expect } from "chai";
import { configurationOf } from "./vpc-cni";

const DEFAULT_ENV = {
  AWS_VPC_ENI_MTU: "9001",
  AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "false",
  AWS_VPC_K8S_CNI_EXTERNALSNAT: "false",
  AWS_VPC_K8S_CNI_LOGLEVEL: "DEBUG",
  AWS_VPC_K8S_CNI_LOG_FILE: "/host/var/log/aws-routed-eni/ipamd.log",
  AWS_VPC_K8S_CNI_VETHPREFIX: "eni",
  AWS_VPC_K8S_PLUGIN_LOG_FILE: "/var/log/aws-routed-eni/plugin.log",
  AWS_VPC_K8S_PLUGIN_LOG_LEVEL: "DEBUG",
  ENABLE_POD_ENI: "false",
  WARM_ENI_TARGET: "1",
};
const DEFAULT_INIT = { env: { DISABLE_TCP_EARLY_DEMUX: "false" } };

describe("eks VPC CNI configuration", () => {
  it("has the official defaults", () => {
    expect(configurationOf({})).to.deep.equal({ env: DEFAULT_ENV, init: DEFAULT_INIT });
  });

  it("orders keys", () => {
    const rendered = JSON.stringify(configurationOf({ enableNetworkPolicy: true }));
    const names = [...rendered.matchAll(/"([A-Z_0-9]+)":/g)].map(([, name]) => name);
    expect(names.slice(0, 10)).to.deep.equal(Object.keys(DEFAULT_ENV).sort());
    expect(rendered).to.match(/^\{"enableNetworkPolicy":"true","env":/);
  });

  it("writes options as text", () => {
    const configuration = configurationOf({ enablePodEni: true, eniMtu: 1500, disableTcpEarlyDemux: true });
    expect(configuration).to.deep.equal({
      env: { ...DEFAULT_ENV, ENABLE_POD_ENI: "true", AWS_VPC_ENI_MTU: "1500" },
      init: { env: { DISABLE_TCP_EARLY_DEMUX: "true" } },
    });
  });

  it("leaves an option out that is off and has no default", () => {
    expect(configurationOf({ enablePrefixDelegation: false })).to.deep.equal(configurationOf({}));
  });

  it("knows both names of custom networking", () => {
    const configured = { env: { ...DEFAULT_ENV, AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true" } };
    expect(configurationOf({ customNetworkConfig: true })).to.deep.include(configured);
    expect(configurationOf({ cniCustomNetworkCfg: true })).to.deep.include(configured);
  });

  it("lays the program's own configuration over it", () => {
    const configurationValues = {
      env: { POD_SECURITY_GROUP_ENFORCING_MODE: "standard" },
      nodeAgent: { a: 1 },
    };
    expect(configurationOf({ configurationValues })).to.deep.equal({
      env: { ...DEFAULT_ENV, POD_SECURITY_GROUP_ENFORCING_MODE: "standard" },
      init: DEFAULT_INIT,
      nodeAgent: { a: 1 },
    });
  });
});
