import type { PoolClient } from "pg";
import type { ResourceKey, ResourceRow, ResourceStore } from "../account";
import type { Identity, OwnedResource } from "../framework/context";
import type { ResourceDefinition } from "../framework/define";
import { AwsError } from "../framework/errors";
import { Properties } from "../framework/properties";
import { compact, overlay, pickPaths, same, type PropertyMap } from "../framework/values";
import { cascade, claimableNames, enforceQuotas, regionOf, resolveReferences } from "./rules";
import { TransactionContext } from "./transaction-context";

/** What a resource is to be. */
export interface Desired {
  definition: ResourceDefinition;
  urn: string;
  name: string;
  /** Checked inputs, secrets opened. */
  inputs: PropertyMap;
  /** Names of inputs that are secret. */
  secrets: readonly string[];
}

/** What happens to the account's rows when a resource is made, changed or taken away: all of it, or nothing. */
export class Transaction {
  constructor(
    private readonly client: PoolClient,
    private readonly store: ResourceStore,
    private readonly identity: Identity,
  ) {}

  /**
   * Makes a resource, or finds the one again that a former make for the same URN left, its answer lost.
   *
   * @param isLost Whether a resource that was made for the URN is one whose answer was lost.
   */
  async make(
    desired: Desired,
    isLost: (row: ResourceRow) => boolean,
    quotas: Readonly<Record<string, number>>,
  ): Promise<ResourceRow> {
    const { client, store, identity } = this;
    const { definition, urn, name, inputs } = desired;
    const lost = (await store.unconfirmed(definition.type, urn)).find(isLost);
    if (lost !== undefined) {
      if (same(lost.inputs, inputs)) return lost;
      // Another name or size was asked for since: it takes the lost one's place.
      await cascade(definition, lost, store);
      await store.remove(lost);
    }
    const context = new TransactionContext(identity, store, client, { urn, name, id: "", inputs, state: {} });
    const references = await resolveReferences(definition, context, store);
    const names = await claimableNames(definition, context, store, undefined);
    await enforceQuotas(definition, context, store, quotas);
    const created = await definition.create(context);
    const key = keyOf(definition, identity, created.id);
    if ((await store.get(key)) !== undefined) {
      if (definition.puts === true) await store.remove(key);
      else throw new AwsError("ResourceConflict", `${definition.type} ${created.id} already exists`, 409);
    }
    const row: ResourceRow = {
      type: definition.type,
      region: regionOf(definition, identity.region),
      id: created.id,
      arn: created.arn,
      name,
      urn,
      inputs,
      state: outputsOf(definition, identity, inputs, { ...created.outputs, id: created.id }),
      secrets: secretsOf(desired),
      status: definition.provision === undefined ? "available" : "creating",
      owner: undefined,
    };
    await store.insert(row);
    for (const owned of context.inserted) await store.insert(ownedRow(owned, row));
    await store.claim(row, names);
    await store.refer(row, references);
    return row;
  }

  /** Changes a resource in place; gives what its inputs were too. */
  async change(desired: Desired, id: string): Promise<{ row: ResourceRow; before: PropertyMap }> {
    const { client, store, identity } = this;
    const { definition, urn, name, inputs } = desired;
    const key = keyOf(definition, identity, id);
    const former = await store.get(key);
    if (former === undefined) throw new AwsError("ResourceNotFoundException", `${id} does not exist`, 404);
    const context = new TransactionContext(identity, store, client, {
      urn,
      name,
      id,
      inputs,
      state: former.state,
    });
    const references = await resolveReferences(definition, context, store);
    const names = await claimableNames(definition, context, store, key);
    const changed = await definition.update?.(
      Object.assign(context, { before: new Properties(former.inputs) }),
    );
    const kept = pickPaths(former.state, ["id", ...definition.computed]);
    const row: ResourceRow = {
      ...former,
      inputs,
      state: outputsOf(definition, identity, inputs, { ...kept, ...changed }),
      secrets: secretsOf(desired),
    };
    await store.save(row);
    for (const owned of context.inserted) await store.insert(ownedRow(owned, row));
    await store.claim(row, names);
    await store.refer(row, references);
    return { row, before: former.inputs };
  }

  /** Takes a resource away, or marks it where its real part has to go first; undefined where there is none. */
  async take(definition: ResourceDefinition, key: ResourceKey): Promise<ResourceRow | undefined> {
    const { client, store, identity } = this;
    const row = await store.get(key);
    if (row === undefined) return undefined;
    if (row.status !== "deleting") {
      const gone = await cascade(definition, key, store);
      const subject = {
        urn: row.urn ?? "",
        name: row.name,
        id: row.id,
        inputs: row.inputs,
        state: row.state,
      };
      await definition.delete?.(new TransactionContext(identity, store, client, subject));
      for (const dependent of gone) await store.remove(dependent);
    }
    if (definition.deprovision === undefined) await store.remove(key);
    else await store.save({ ...row, status: "deleting" });
    return row;
  }
}

/** Where a resource's row lies. */
export function keyOf(definition: ResourceDefinition, identity: Identity, id: string): ResourceKey {
  return { type: definition.type, region: regionOf(definition, identity.region), id };
}

/** All outputs: defaults, inputs and what AWS computed, an input given winning over a computed value. */
function outputsOf(
  definition: ResourceDefinition,
  identity: Identity,
  inputs: PropertyMap,
  computed: PropertyMap,
): PropertyMap {
  const placed: PropertyMap = definition.global === true ? {} : { region: identity.region };
  const tags: PropertyMap = definition.taggable === true ? { tagsAll: inputs.tags ?? {} } : {};
  return compact({
    ...definition.defaults?.(new Properties(inputs)),
    ...placed,
    ...overlay(computed, inputs),
    ...tags,
  });
}

function secretsOf(desired: Desired): string[] {
  return [...new Set([...desired.secrets, ...(desired.definition.secrets ?? [])])];
}

function ownedRow(owned: OwnedResource, owner: ResourceRow): ResourceRow {
  return {
    ...owned,
    region: owner.region,
    urn: undefined,
    inputs: {},
    secrets: owned.secrets ?? [],
    status: "available",
    owner: { type: owner.type, id: owner.id },
  };
}
