import type { ReferenceRow, ResourceKey, ResourceStore } from "../account";
import type { Context } from "../framework/context";
import type { Refusal, ResourceDefinition } from "../framework/define";
import { AwsError } from "../framework/errors";
import { pick, valuesAt } from "../framework/values";

/** The error that a refusal makes of a value. */
export function refuse(refusal: Refusal, value: string, holder?: string): AwsError {
  return new AwsError(refusal.code, refusal.message(value, holder), refusal.status);
}

/** Where a definition's resources live: empty for global types. */
export function regionOf(definition: ResourceDefinition, region: string): string {
  return definition.global === true ? "" : region;
}

/**
 * Finds what the inputs refer to.
 *
 * @throws {AwsError} As the definition says, if one of them is not in the account.
 */
export async function resolveReferences(
  definition: ResourceDefinition,
  context: Context,
  store: ResourceStore,
): Promise<ReferenceRow[]> {
  const found: ReferenceRow[] = [];
  for (const reference of definition.references ?? []) {
    for (const value of valuesAt(context.inputs.values, reference.property)) {
      if (typeof value !== "string" || value === "" || reference.external?.(value) === true) continue;
      const by = reference.by ?? "id";
      const target = await store.find(
        reference.to,
        context.region,
        value,
        typeof by === "string" ? [by] : by,
      );
      if (target === undefined) throw refuse(reference.missing, value);
      found.push({ property: reference.property, to: target, onDelete: reference.onDelete ?? "refuse" });
    }
  }
  return found;
}

/**
 * The unique names that the inputs claim.
 *
 * @throws {AwsError} As the definition says, if another resource holds one of them.
 */
export async function claimableNames(
  definition: ResourceDefinition,
  context: Context,
  store: ResourceStore,
  self: ResourceKey | undefined,
): Promise<string[]> {
  const keys: string[] = [];
  for (const unique of definition.unique ?? []) {
    const name = await unique.key(context);
    if (name === undefined) continue;
    const region = unique.scope === "global" ? "" : regionOf(definition, context.region);
    const key = [unique.space ?? definition.type, region, name].join("|");
    const holder = await store.holder(key);
    const own = holder?.type === self?.type && holder?.region === self?.region && holder?.id === self?.id;
    if (holder !== undefined && !own) throw refuse(unique.taken, name, holder.id);
    keys.push(key);
  }
  return keys;
}

/**
 * Sees that one more resource fits the account's quotas.
 *
 * @throws {AwsError} As the definition says, if not.
 */
export async function enforceQuotas(
  definition: ResourceDefinition,
  context: Context,
  store: ResourceStore,
  quotas: Readonly<Record<string, number>>,
): Promise<void> {
  for (const quota of definition.quotas ?? []) {
    const limit = quotas[quota.key] ?? quota.limit;
    const where = pick(context.inputs.values, quota.per ?? []);
    const count = await store.count(definition.type, context.region, where);
    if (count >= limit) throw refuse(quota.exceeded, String(limit));
  }
}

/**
 * What goes away together with a resource.
 *
 * @throws {AwsError} The resource's `inUse`, if something refers to it that does not.
 */
export async function cascade(
  definition: ResourceDefinition,
  key: ResourceKey,
  store: ResourceStore,
): Promise<ResourceKey[]> {
  const gone: ResourceKey[] = [];
  const seen = new Set<string>();
  const visit = async (target: ResourceKey): Promise<void> => {
    for (const referrer of await store.referrers(target)) {
      const name = [referrer.from.type, referrer.from.region, referrer.from.id].join("|");
      if (referrer.onDelete === "ignore" || seen.has(name)) continue;
      if (referrer.onDelete === "refuse") throw refuse(definition.inUse ?? IN_USE, key.id);
      seen.add(name);
      gone.push(referrer.from);
      await visit(referrer.from);
    }
  };
  await visit(key);
  return gone;
}

const IN_USE: Refusal = {
  code: "DependencyViolation",
  message: (id) => `resource ${id} has a dependent object`,
};
