/**
 * The tags every taggable resource carries: who it is for, where it is and who pays.
 * Source of the limits: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */

/** Value of `tenant-id` on what a whole cell shares. No tenant can be called so (see tenant-id.ts). */
export const SHARED_TENANT = "shared";

/** Value of `managed-by` on everything that Tenantry makes. */
export const MANAGED_BY = "tenantry";

/** Keys that every taggable resource must carry, in the order they are written. */
export const REQUIRED_TAG_KEYS = ["tenant-id", "env", "cell", "cost-center", "managed-by"] as const;

/** One of the keys of {@link REQUIRED_TAG_KEYS}. */
export type RequiredTagKey = (typeof REQUIRED_TAG_KEYS)[number];

/** What the tags of a resource say. */
export interface TagValues {
  /** Tenant the resource serves, or {@link SHARED_TENANT}. */
  readonly tenantId: string;
  /** Environment of the cell, for example `prod`. */
  readonly environment: string;
  /** Name of the cell. */
  readonly cell: string;
  /** Cost centre that pays for the resource. */
  readonly costCenter: string;
}

/** Longest tag value that every AWS service takes, in characters. */
export const MAX_TAG_VALUE_LENGTH = 256;

/** Characters AWS allows in tag values in every service: letters, digits, spaces and `_ . : / = + - @`. */
const TAG_VALUE = /^[\p{L}\p{N} _.:/=+\-@]+$/u;

/**
 * Says what is wrong with a tag value; an empty list means that every AWS service takes it.
 *
 * @param key key of the tag, named in the message
 * @param value value to judge
 */
export function tagValueProblems(key: string, value: string): string[] {
  if (value.trim() === "") return [`tag '${key}' is empty: expected a value`];
  const problems: string[] = [];
  if (value.length > MAX_TAG_VALUE_LENGTH) {
    problems.push(`tag '${key}' has ${value.length} characters: expected at most ${MAX_TAG_VALUE_LENGTH}`);
  }
  if (!TAG_VALUE.test(value)) {
    problems.push(`tag '${key}' is '${value}': expected letters, digits, spaces and _ . : / = + - @`);
  }
  return problems;
}

/**
 * The full set of required tags, for an `aws.Provider`'s `defaultTags` or a resource's `tags`.
 *
 * @throws Error naming each tag whose value AWS would refuse
 */
export function resourceTags(values: TagValues): Record<RequiredTagKey, string> {
  const tags: Record<RequiredTagKey, string> = {
    "tenant-id": values.tenantId,
    env: values.environment,
    cell: values.cell,
    "cost-center": values.costCenter,
    "managed-by": MANAGED_BY,
  };
  const problems = REQUIRED_TAG_KEYS.flatMap((key) => tagValueProblems(key, tags[key]));
  if (problems.length > 0) throw new Error(problems.join("; "));
  return tags;
}

/**
 * Required keys that a set of tags lacks or leaves empty, in their usual order.
 *
 * @param tags tags of a resource, or undefined where it has none
 */
export function missingTagKeys(tags: Readonly<Record<string, unknown>> | undefined): RequiredTagKey[] {
  return REQUIRED_TAG_KEYS.filter((key) => {
    const value = tags?.[key];
    return typeof value !== "string" || value.trim() === "";
  });
}
