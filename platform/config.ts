import { z } from "zod";
import { UserError } from "../components";
import { cellNameProblems } from "../components/rules/cell-name";
import {
  adminProblems,
  endpointProblems,
  groupSizeProblems,
  instanceTypeProblems,
  KUBERNETES_VERSIONS,
  trunkProblems,
} from "../components/rules/cluster";
import { retentionProblems } from "../components/rules/log-retention";
import { rangeProblems, regionProblems, zoneProblems } from "../components/rules/network";
import { tagValueProblems } from "../components/rules/tags";

const DOMAIN = /^(?=.{1,220}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const ROLE_ARN = /^arn:aws(-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]+$/;

const nodes = z.strictObject({
  instanceTypes: z
    .array(z.string().regex(/^[a-z0-9-]+\.[a-z0-9]+$/, "expected an instance type such as m7g.large"))
    .min(1),
  min: z.int().min(0),
  desired: z.int().min(1),
  max: z.int().min(1),
  diskSizeGiB: z.int().min(20).optional(),
});

const schema = z.strictObject({
  /** The environment, written into the tag `env`. */
  environment: z.string(),
  /** Who pays, written into the tag `cost-center`. */
  costCenter: z.string(),
  /** Tenants are served at `<tenant id>.<domain>`. */
  domain: z.string().regex(DOMAIN, "expected a domain in lower case, such as cell1.example.com"),
  network: z.strictObject({
    cidr: z.string(),
    serviceCidr: z.string().default("172.20.0.0/16"),
    peerCidrs: z.array(z.string()).default([]),
    zones: z.array(z.string()),
    natGateways: z.enum(["one-per-zone", "single"]).default("one-per-zone"),
    flowLogRetentionDays: z.int().optional(),
  }),
  cluster: z.strictObject({
    kubernetesVersion: z.enum(KUBERNETES_VERSIONS),
    endpoint: z.enum(["private", "public"]).default("private"),
    publicAccessCidrs: z.array(z.string()).default([]),
    admins: z.array(z.string().regex(ROLE_ARN, "expected the ARN of an IAM role")).default([]),
    logRetentionDays: z.int().optional(),
    nodes: z.strictObject({ system: nodes, tenants: nodes.extend({ spot: z.boolean().default(true) }) }),
  }),
});

/** A cell's settings, parsed. */
export type PlatformConfig = z.infer<typeof schema> & {
  /** The cell's name, which is the stack's. */
  readonly cell: string;
  readonly region: string;
};

/** A cell's settings as they are written. */
export interface PlatformSettings {
  /** The stack's name. */
  readonly stack: string;
  /** `aws:region`. */
  readonly region: string | undefined;
  /** The project's own settings by key; undefined where there is none. */
  readonly values: Readonly<Partial<Record<ConfigKey, unknown>>>;
}

/** A key of the project's own settings. */
export type ConfigKey = keyof z.infer<typeof schema>;

/** The keys of the project's own settings. */
export const CONFIG_KEYS = schema.keyof().options;

/**
 * Parses a cell's settings.
 *
 * @throws UserError naming every key that is wrong, its value and what was expected
 */
export function parseConfig({ stack, region, values }: PlatformSettings): PlatformConfig {
  const problems = cellNameProblems(stack).map((problem) => `stack: ${problem}`);
  if (region === undefined) problems.push("aws:region: missing; expected a region such as us-east-1");
  else problems.push(...regionProblems(region).map((problem) => `aws:region: ${problem}`));
  const parsed = schema.safeParse(values, { reportInput: true });
  if (parsed.success) problems.push(...crossProblems(parsed.data, region ?? ""));
  else problems.push(...parsed.error.issues.map(describe));
  if (!parsed.success || region === undefined || problems.length > 0) {
    throw new UserError(
      `settings of cell '${stack}' are wrong:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    );
  }
  return { ...parsed.data, cell: stack, region };
}

function describe({ path, message, input, code }: z.core.$ZodIssue): string {
  const key = `tenantry:${path.join(".")}`;
  if (input === undefined && code === "invalid_type") return `${key}: missing; ${message}`;
  return `${key}: ${JSON.stringify(input)}; ${message}`;
}

/** What only several settings together can get wrong. */
function crossProblems(config: z.infer<typeof schema>, region: string): string[] {
  const { network, cluster } = config;
  const problems: [string, string[]][] = [
    ["tenantry:environment: ", tagValueProblems("env", config.environment)],
    ["tenantry:costCenter: ", tagValueProblems("cost-center", config.costCenter)],
    ["tenantry:network.", rangeProblems(network)],
    ["tenantry:network.", zoneProblems(network.zones, region)],
    ["tenantry:cluster.", endpointProblems(cluster)],
    ["tenantry:cluster.", adminProblems(cluster.admins)],
    ["tenantry:cluster.", groupSizeProblems("nodes.system", cluster.nodes.system)],
    ["tenantry:cluster.", groupSizeProblems("nodes.tenants", cluster.nodes.tenants)],
    ...(["system", "tenants"] as const).map((group): [string, string[]] => [
      "tenantry:cluster.",
      instanceTypeProblems(`nodes.${group}.instanceTypes`, cluster.nodes[group].instanceTypes),
    ]),
    ["tenantry:cluster.", trunkProblems("nodes.tenants.instanceTypes", cluster.nodes.tenants.instanceTypes)],
    ["tenantry:cluster.", retentionProblems("logRetentionDays", cluster.logRetentionDays)],
    ["tenantry:network.", retentionProblems("flowLogRetentionDays", network.flowLogRetentionDays)],
  ];
  return problems.flatMap(([prefix, found]) => found.map((problem) => `${prefix}${problem}`));
}
