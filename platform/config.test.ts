import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type PlatformSettings, parseConfig } from "./config";

const ADMIN = "arn:aws:iam::123456789012:role/admin";

const file = z.object({ config: z.record(z.string(), z.unknown()) });

/** A cell's settings as its file has them. */
function settingsOf(cell: string): PlatformSettings {
  const text = fs.readFileSync(path.join(__dirname, "..", `Pulumi.${cell}.yaml`), "utf8");
  const { config } = file.parse(parse(text));
  const own = (key: string) => config[`tenantry:${key}`];
  return {
    stack: cell,
    region: z.string().parse(config["aws:region"]),
    values: {
      environment: own("environment"),
      costCenter: own("costCenter"),
      domain: own("domain"),
      network: own("network"),
      cluster: own("cluster"),
    },
  };
}

/** The lines that parsing complains with. */
function problemsOf(settings: PlatformSettings): string[] {
  try {
    parseConfig(settings);
    return [];
  } catch (error) {
    return (error instanceof Error ? error.message : "")
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

describe("a cell's settings", () => {
  for (const cell of ["prod", "local"]) {
    it(`of '${cell}' are accepted`, () => {
      expect(parseConfig(settingsOf(cell))).to.include({ cell, environment: cell });
    });
  }

  const prod = settingsOf("prod");
  const network = z.looseObject({}).parse(prod.values.network);
  const cluster = z.looseObject({}).parse(prod.values.cluster);
  const withValues = (values: Partial<PlatformSettings["values"]>) => ({
    ...prod,
    values: { ...prod.values, ...values },
  });

  const withNodes = (nodes: object) =>
    withValues({
      cluster: { ...cluster, nodes: { ...z.looseObject({}).parse(cluster["nodes"]), ...nodes } },
    });

  const cases: readonly [string, PlatformSettings, RegExp[]][] = [
    [
      "no environment",
      withValues({ environment: undefined }),
      [/^tenantry:environment: missing; .*expected string/],
    ],
    [
      "a domain that is none",
      withValues({ domain: "App" }),
      [/^tenantry:domain: "App"; expected a domain in lower case/],
    ],
    [
      "an empty cost center",
      withValues({ costCenter: "" }),
      [/^tenantry:costCenter: tag 'cost-center' is empty: expected/],
    ],
    ["an unknown key", withValues({ network: { ...network, cird: "x" } }), [/^tenantry:network: .*"cird"/]],
    [
      "overlapping ranges",
      withValues({ network: { ...network, serviceCidr: "10.20.0.0/20" } }),
      [/^tenantry:network\.serviceCidr: '10\.20\.0\.0\/20' overlaps cidr/],
    ],
    [
      "two zones too few",
      withValues({ network: { ...network, zones: ["eu-central-1a"] } }),
      [/^tenantry:network\.zones: 1 given; expected 3 or 4/],
    ],
    [
      "an old Kubernetes",
      withValues({ cluster: { ...cluster, kubernetesVersion: "1.20" } }),
      [/^tenantry:cluster\.kubernetesVersion: "1\.20"; .*"1\.35"/],
    ],
    [
      "an API open to all",
      withValues({ cluster: { ...cluster, endpoint: "public", publicAccessCidrs: ["0.0.0.0/0"] } }),
      [/^tenantry:cluster\.publicAccessCidrs: '0\.0\.0\.0\/0'; expected known ranges/],
    ],
    [
      "an administrator twice",
      withValues({ cluster: { ...cluster, admins: [ADMIN, ADMIN] } }),
      [/^tenantry:cluster\.admins: 'arn:aws:iam::123456789012:role\/admin' is there more than once/],
    ],
    [
      "services' addresses that EKS takes not",
      withValues({ network: { ...network, serviceCidr: "100.64.0.0/25" } }),
      [
        /^tenantry:network\.serviceCidr: '100\.64\.0\.0\/25'; expected a prefix of \/12 to \/24/,
        /^tenantry:network\.serviceCidr: '100\.64\.0\.0\/25'; expected a private range/,
      ],
    ],
    [
      "tenants on burstable nodes",
      withNodes({ tenants: { instanceTypes: ["t4g.large"], min: 1, desired: 1, max: 1 } }),
      [/^tenantry:cluster\.nodes\.tenants\.instanceTypes: 't4g\.large'; expected a type that supports trunk/],
    ],
    [
      "nodes of two architectures",
      withNodes({ system: { instanceTypes: ["m7g.large", "m7i.large"], min: 1, desired: 1, max: 1 } }),
      [/^tenantry:cluster\.nodes\.system\.instanceTypes: m7g\.large \(arm64\) and m7i\.large \(x86_64\)/],
    ],
    [
      "days of control-plane logs that CloudWatch has not",
      withValues({ cluster: { ...cluster, logRetentionDays: 100 } }),
      [/^tenantry:cluster\.logRetentionDays: 100; expected one of CloudWatch's/],
    ],
    [
      "days of flow logs that CloudWatch has not",
      withValues({ network: { ...network, flowLogRetentionDays: 0 } }),
      [/^tenantry:network\.flowLogRetentionDays: 0; expected one of CloudWatch's/],
    ],
    [
      "a region in China",
      { ...prod, region: "cn-north-1" },
      [
        /^aws:region: 'cn-north-1'; expected a region of the partitions aws or aws-us-gov/,
        /zones/,
        /zones/,
        /zones/,
      ],
    ],
    ["no region", { ...prod, region: undefined }, [/^aws:region: missing/, /zones/, /zones/, /zones/]],
    ["a name that is none", { ...prod, stack: "Prod" }, [/^stack: cell name is 'Prod': expected lowercase/]],
    [
      "two faults at once",
      withValues({ domain: "App", environment: undefined }),
      [/^tenantry:environment/, /^tenantry:domain/],
    ],
  ];
  for (const [what, settings, messages] of cases) {
    it(`are refused with ${what}`, () => {
      const problems = problemsOf(settings);
      expect(problems).to.have.length(messages.length);
      messages.forEach((message, index) => expect(problems[index]).to.match(message));
    });
  }
});
