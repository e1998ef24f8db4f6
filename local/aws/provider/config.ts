import { Secret, Unknown, type PluginMap, type PluginValue } from "../../plugin/values";
import type { CheckFailure } from "../framework/define";
import { isMap, parseJson, type PropertyMap, type PropertyValue } from "../framework/values";
import { DEFAULT_MAX_RETRIES } from "../simulator/caller";

/** The provider's settings that mean something locally. */
export interface ProviderConfig {
  region: string;
  partition: string;
  /** Accounts that the provider may work in; any if empty. */
  allowedAccountIds: readonly string[];
  forbiddenAccountIds: readonly string[];
  maxRetries: number;
  /** Tags that every taggable resource gets. */
  defaultTags: Readonly<Record<string, string>>;
  /** ARN of the last role in the chain that is assumed. */
  assumedRole: string | undefined;
}

/** A region's name. */
const REGION = /^[a-z]{2}(-(gov|iso[a-z]?))?-[a-z]+-\d$/;

/** Says what is wrong with a provider's settings. */
export function configFailures(config: PluginMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const region = setting(config, "region");
  if (typeof region === "string" && !REGION.test(region)) {
    failures.push({
      property: "region",
      reason: `"${region}" is not a region; expected one such as us-east-1`,
    });
  }
  if (region === undefined && !(config.region instanceof Unknown) && regionOfEnvironment() === undefined) {
    failures.push({ property: "region", reason: "no region is given: set aws:region, or AWS_REGION" });
  }
  for (const account of texts(setting(config, "allowedAccountIds"))) {
    if (!/^\d{12}$/.test(account)) {
      failures.push({
        property: "allowedAccountIds",
        reason: `"${account}" is not an account; expected 12 digits`,
      });
    }
  }
  return failures;
}

/** Reads a provider's settings; nested ones arrive as JSON text. */
export function readConfig(config: PluginMap): ProviderConfig {
  const region = setting(config, "region");
  const name = typeof region === "string" ? region : (regionOfEnvironment() ?? "us-east-1");
  const retries = Number(setting(config, "maxRetries"));
  const tags = setting(config, "defaultTags");
  const roles = setting(config, "assumeRoles");
  const role = Array.isArray(roles) ? roles.at(-1) : undefined;
  return {
    region: name,
    partition: name.startsWith("cn-") ? "aws-cn" : name.startsWith("us-gov-") ? "aws-us-gov" : "aws",
    allowedAccountIds: texts(setting(config, "allowedAccountIds")),
    forbiddenAccountIds: texts(setting(config, "forbiddenAccountIds")),
    maxRetries: Number.isInteger(retries) && retries >= 0 ? retries : DEFAULT_MAX_RETRIES,
    defaultTags: isMap(tags) && isMap(tags.tags) ? textsByName(tags.tags) : {},
    assumedRole: isMap(role) && typeof role.roleArn === "string" ? role.roleArn : undefined,
  };
}

function regionOfEnvironment(): string | undefined {
  return process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
}

function setting(config: PluginMap, name: string): PropertyValue | undefined {
  const value = open(config[name]);
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string" || !/^[[{"\d]/.test(value)) return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}

function open(value: PluginValue | undefined): PropertyValue | undefined {
  if (value === undefined || value instanceof Unknown) return undefined;
  if (value instanceof Secret) return open(value.value);
  if (Array.isArray(value)) return value.map(open).filter((item) => item !== undefined);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, open(part)]));
}

function texts(value: PropertyValue | undefined): string[] {
  return Array.isArray(value)
    ? value
        .map((item) => (typeof item === "number" ? String(item) : item))
        .filter((item) => typeof item === "string")
    : [];
}

function textsByName(values: PropertyMap): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) if (typeof value === "string") found[name] = value;
  return found;
}
