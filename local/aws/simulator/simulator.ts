import type { PoolClient } from "pg";
import type { LocalCloud } from "../../cloud";
import {
  ResourceStore,
  type AccountConnection,
  type Cipher,
  type ResourceKey,
  type ResourceRow,
  type SettingsStore,
} from "../account";
import type { Identity, OwnedResource, ProvisionContext } from "../framework/context";
import type { InvokeDefinition, ResourceDefinition } from "../framework/define";
import { AwsError, UnsimulatedError } from "../framework/errors";
import { Properties } from "../framework/properties";
import { compact, overlay, pickPaths, same, type PropertyMap } from "../framework/values";
import type { AwsCaller, AwsCall } from "./caller";
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

/** A resource as an operation left it. */
export interface Outcome {
  id: string;
  inputs: PropertyMap;
  /** All outputs, secrets opened. */
  outputs: PropertyMap;
  /** Names of outputs (and inputs) that are secret. */
  secrets: readonly string[];
}

/** The account, region, settings and real parts that a simulator works on. */
export interface SimulatorParts {
  connection: AccountConnection;
  cipher: Cipher;
  settings: SettingsStore;
  caller: AwsCaller;
  cloud: LocalCloud;
  /** The provider's region and its partition. */
  region: string;
  partition: string;
}

/** Carries out definitions on the account state. */
export class Simulator {
  constructor(private readonly parts: SimulatorParts) {}

  /** The account and region calls go to; a resource's own `region` input wins. */
  async identity(inputs: PropertyMap = {}): Promise<Identity> {
    const { accountId } = await this.parts.settings.get();
    const region = typeof inputs.region === "string" ? inputs.region : this.parts.region;
    return { accountId, region, partition: this.parts.partition };
  }

  /**
   * Creates a resource. A former create for the same URN whose answer was lost is found again, not repeated.
   *
   * @param known Ids of the URN's resources that the engine knows: those are not lost, but being replaced.
   */
  async create(desired: Desired, known: ReadonlySet<string>): Promise<Outcome> {
    const identity = await this.identity(desired.inputs);
    const { quotas } = await this.parts.settings.get();
    return this.parts.caller.call(this.describe("create", desired.definition, desired.name), async () => {
      const row = await this.write((client, store) =>
        this.make(client, store, identity, desired, known, quotas),
      );
      return outcome(await this.provision(desired.definition, identity, row, undefined));
    });
  }

  /** The resource as it is, `undefined` if there is none. */
  async read(
    definition: ResourceDefinition,
    id: string,
    region: string | undefined,
  ): Promise<Outcome | undefined> {
    const identity = await this.identity({ region });
    return this.parts.caller.call(this.describe("read", definition, id), async () => {
      const row = await this.lookUp(definition, identity, id);
      if (row === undefined || row.status === "deleting") return undefined;
      const seen = await definition.inspect?.(this.provisionContext(identity, row, undefined));
      if (definition.inspect !== undefined && seen === undefined) return undefined;
      return outcome({ ...row, state: compact({ ...row.state, ...seen }) });
    });
  }

  /** Changes a resource in place. */
  async update(desired: Desired, id: string): Promise<Outcome> {
    const identity = await this.identity(desired.inputs);
    return this.parts.caller.call(this.describe("update", desired.definition, desired.name), async () => {
      const { row, before } = await this.write((client, store) =>
        this.change(client, store, identity, desired, id),
      );
      return outcome(await this.provision(desired.definition, identity, row, before));
    });
  }

  /** Deletes a resource; one that is gone already counts as deleted. */
  async delete(definition: ResourceDefinition, id: string, region: string | undefined): Promise<void> {
    const identity = await this.identity({ region });
    const key = this.key(definition, identity, id);
    await this.parts.caller.call(this.describe("delete", definition, id), async () => {
      const row = await this.write((client, store) => this.take(client, store, identity, definition, key));
      if (row === undefined || definition.deprovision === undefined) return;
      await definition.deprovision(this.provisionContext(identity, row, undefined));
      await this.write((_client, store) => store.remove(key));
    });
  }

  /** Notes that the engine has these resources in its state: a create never finds them again. */
  async confirm(resources: readonly { urn: string; id: string }[]): Promise<void> {
    if (resources.length > 0) await this.store().confirm(resources);
  }

  /** Answers an invoke. */
  async invoke(definition: InvokeDefinition, args: PropertyMap): Promise<PropertyMap> {
    const identity = await this.identity(args);
    const call: AwsCall = {
      service: definition.service,
      operation: definition.operation,
      kind: "invoke",
      type: definition.token,
      resource: definition.token.slice(definition.token.lastIndexOf(":") + 1),
      seconds: 0,
    };
    return this.parts.caller.call(call, async () => {
      const subject = { urn: "", name: "", id: "", inputs: args, state: {} };
      const context = new TransactionContext(identity, this.store(), this.parts.connection, subject);
      return compact({ ...args, region: identity.region, ...(await definition.invoke(context)) });
    });
  }

  private async lookUp(
    definition: ResourceDefinition,
    identity: Identity,
    id: string,
  ): Promise<ResourceRow | undefined> {
    const row = await this.store().get(this.key(definition, identity, id));
    if (row !== undefined || definition.importBy === undefined) return row;
    return (await this.store().list(definition.type, identity.region, { [definition.importBy]: id }))[0];
  }

  private async make(
    client: PoolClient,
    store: ResourceStore,
    identity: Identity,
    desired: Desired,
    known: ReadonlySet<string>,
    quotas: Readonly<Record<string, number>>,
  ): Promise<ResourceRow> {
    const { definition, urn, name, inputs } = desired;
    const lost = (await store.unconfirmed(definition.type, urn)).find((row) => !known.has(row.id));
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
    const key = this.key(definition, identity, created.id);
    if ((await store.get(key)) !== undefined) {
      throw new AwsError("ResourceConflict", `${definition.type} ${created.id} already exists`, 409);
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

  private async change(
    client: PoolClient,
    store: ResourceStore,
    identity: Identity,
    desired: Desired,
    id: string,
  ): Promise<{ row: ResourceRow; before: PropertyMap }> {
    const { definition, urn, name, inputs } = desired;
    const key = this.key(definition, identity, id);
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

  private async take(
    client: PoolClient,
    store: ResourceStore,
    identity: Identity,
    definition: ResourceDefinition,
    key: ResourceKey,
  ): Promise<ResourceRow | undefined> {
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

  private async provision(
    definition: ResourceDefinition,
    identity: Identity,
    row: ResourceRow,
    before: PropertyMap | undefined,
  ): Promise<ResourceRow> {
    if (definition.provision === undefined) return row;
    try {
      const added = await definition.provision(this.provisionContext(identity, row, before));
      const finished: ResourceRow = {
        ...row,
        state: compact({ ...row.state, ...added }),
        status: "available",
      };
      await this.write((_client, store) => store.save(finished));
      return finished;
    } catch (error) {
      const refused = error instanceof AwsError ? !error.retryable : error instanceof UnsimulatedError;
      if (refused && before === undefined && row.status === "creating") {
        await this.write((_client, store) => store.remove(row));
      }
      throw error;
    }
  }

  private provisionContext(
    identity: Identity,
    row: ResourceRow,
    before: PropertyMap | undefined,
  ): ProvisionContext {
    const store = this.store();
    return {
      ...identity,
      urn: row.urn ?? "",
      id: row.id,
      inputs: new Properties(row.inputs),
      state: new Properties(row.state),
      before: before === undefined ? undefined : new Properties(before),
      cloud: this.parts.cloud,
      find: (type, value, by = "id") => store.find([type], identity.region, value, [by]),
      list: (type, where = {}) => store.list(type, identity.region, where),
    };
  }

  private store(): ResourceStore {
    return new ResourceStore(this.parts.connection, this.parts.cipher);
  }

  private write<T>(action: (client: PoolClient, store: ResourceStore) => Promise<T>): Promise<T> {
    const { connection, cipher } = this.parts;
    return connection.write((client) =>
      action(
        client,
        new ResourceStore({ query: (text, values) => client.query(text, [...(values ?? [])]) }, cipher),
      ),
    );
  }

  private key(definition: ResourceDefinition, identity: Identity, id: string): ResourceKey {
    return { type: definition.type, region: regionOf(definition, identity.region), id };
  }

  private describe(
    kind: "create" | "read" | "update" | "delete",
    definition: ResourceDefinition,
    resource: string,
  ): AwsCall {
    return {
      service: definition.service,
      operation: definition.operations[kind] ?? definition.operations.create,
      kind,
      type: definition.type,
      resource,
      seconds: definition.latency?.[kind] ?? 0,
    };
  }
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

function outcome(row: ResourceRow): Outcome {
  return { id: row.id, inputs: row.inputs, outputs: row.state, secrets: row.secrets };
}
