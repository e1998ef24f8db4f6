import type { PoolClient } from "pg";
import type { LocalCloud } from "../../cloud";
import {
  ResourceStore,
  RetainedStore,
  type AccountConnection,
  type Cipher,
  type ResourceRow,
  type SettingsStore,
} from "../account";
import type { Identity, ProvisionContext } from "../framework/context";
import type { InvokeDefinition, ResourceDefinition } from "../framework/define";
import { AwsError, UnsimulatedError } from "../framework/errors";
import { Properties } from "../framework/properties";
import { compact, type PropertyMap } from "../framework/values";
import type { AwsCaller, AwsCall } from "./caller";
import { type Desired, Transaction, keyOf } from "./transaction";
import { TransactionContext } from "./transaction-context";

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
   * Creates a resource. A former create for the same URN whose answer was lost is found again, not repeated; in a forgetful
   * account only one that this very call is repeated for.
   *
   * @param known Ids of the URN's resources that the engine knows: those are not lost, but being replaced.
   */
  async create(desired: Desired, known: ReadonlySet<string>): Promise<Outcome> {
    const identity = await this.identity(desired.inputs);
    const { quotas, forgetful } = await this.parts.settings.get();
    let made: string | undefined;
    const isLost = ({ id }: ResourceRow): boolean => (forgetful ? id === made : !known.has(id));
    return this.parts.caller.call(this.describe("create", desired.definition, desired.name), async () => {
      const row = await this.write((client, store) =>
        new Transaction(client, store, identity).make(desired, isLost, quotas),
      );
      made = row.id;
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
      let row = await this.lookUp(definition, identity, id);
      // AWS goes on with what it has begun, whatever becomes of who asked for it.
      if (row?.status === "creating" && (await this.parts.settings.get()).forgetful)
        row = await this.provision(definition, identity, row, undefined);
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
        new Transaction(client, store, identity).change(desired, id),
      );
      return outcome(await this.provision(desired.definition, identity, row, before));
    });
  }

  /** Deletes a resource; one that is gone already counts as deleted. */
  async delete(definition: ResourceDefinition, id: string, region: string | undefined): Promise<void> {
    const identity = await this.identity({ region });
    const key = keyOf(definition, identity, id);
    await this.parts.caller.call(this.describe("delete", definition, id), async () => {
      const row = await this.write((client, store) =>
        new Transaction(client, store, identity).take(definition, key),
      );
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
    const row = await this.store().get(keyOf(definition, identity, id));
    if (row !== undefined) return row;
    const inImport = definition.idInImport?.(id);
    if (inImport !== undefined) return this.store().get(keyOf(definition, identity, inImport));
    if (definition.importBy === undefined) return undefined;
    return (await this.store().list(definition.type, identity.region, { [definition.importBy]: id }))[0];
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
    const retained = new RetainedStore(this.parts.connection);
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
      kept: async (kind, name) => (await retained.find(kind, identity.region, name))?.detail,
      listKept: (kind, where = {}) => retained.search(kind, where, identity.region),
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

function outcome(row: ResourceRow): Outcome {
  return { id: row.id, inputs: row.inputs, outputs: row.state, secrets: row.secrets };
}
