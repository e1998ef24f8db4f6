import type { StoredResource } from "../framework/context";
import type { PropertyMap } from "../framework/values";
import type { Cipher } from "./cipher";
import type { AccountConnection } from "./connection";

/** How far a resource's life is: made but its real part not yet, there, or going away. */
export type ResourceStatus = "creating" | "available" | "deleting";

/** A resource's row: what definitions see, and the bookkeeping. */
export interface ResourceRow extends StoredResource {
  status: ResourceStatus;
  /** Properties that are sealed in the tables. */
  secrets: string[];
}

/** What names a resource: ids are unique in a type and region; `region` is empty for global types. */
export interface ResourceKey {
  type: string;
  region: string;
  id: string;
}

/** A reference of one resource to another. */
export interface ReferenceRow {
  property: string;
  to: ResourceKey;
  onDelete: "refuse" | "cascade" | "ignore";
}

/** A resource that refers to another, and what the other's deletion does to it. */
export interface Referrer {
  from: ResourceKey;
  owner: { type: string; id: string } | undefined;
  property: string;
  onDelete: "refuse" | "cascade" | "ignore";
}

/** What runs statements: the pool, or the connection of one transaction. */
export type Executor = Pick<AccountConnection, "query">;

interface RawRow {
  type: string;
  region: string;
  id: string;
  arn: string;
  name: string;
  urn: string | null;
  inputs: PropertyMap;
  state: PropertyMap;
  secrets: string[];
  status: ResourceStatus;
  owner_type: string | null;
  owner_id: string | null;
}

const COLUMNS = "type, region, id, arn, name, urn, inputs, state, secrets, status, owner_type, owner_id";

/** How a resource may be looked up. */
const LOOKUPS = { id: "id", arn: "arn", name: "state->>'name'" } as const;

/** The rows of the account state, through one connection or transaction. */
export class ResourceStore {
  constructor(
    private readonly executor: Executor,
    private readonly cipher: Cipher,
  ) {}

  /** The resource of that key. */
  async get(key: ResourceKey): Promise<ResourceRow | undefined> {
    return (await this.rows("type = $1 and region = $2 and id = $3", [key.type, key.region, key.id]))[0];
  }

  /** A resource of one of these types in the region, or global, by id, ARN or name. */
  async find(
    types: readonly string[],
    region: string,
    value: string,
    by: readonly ("id" | "arn" | "name")[],
  ): Promise<ResourceRow | undefined> {
    const conditions = by.map((kind) => `${LOOKUPS[kind]} = $3`).join(" or ");
    return (
      await this.rows(`type = any($1) and region in ($2, '') and (${conditions}) and status <> 'deleting'`, [
        types,
        region,
        value,
      ])
    )[0];
  }

  /** Resources of a type in the region, or global, whose state contains these values; oldest first. */
  list(type: string, region: string, where: PropertyMap): Promise<ResourceRow[]> {
    return this.rows("type = $1 and region in ($2, '') and state @> $3 and status <> 'deleting'", [
      type,
      region,
      JSON.stringify(where),
    ]);
  }

  /** Resources of a type, of whatever region, whose state contains these values; oldest first. */
  everywhere(type: string, where: PropertyMap): Promise<ResourceRow[]> {
    return this.rows("type = $1 and state @> $2 and status <> 'deleting'", [type, JSON.stringify(where)]);
  }

  /** Every resource of the account, oldest first; those that AWS made by itself only where asked for. */
  all(owned = false): Promise<ResourceRow[]> {
    return this.rows(owned ? "true" : "owner_id is null", []);
  }

  /** Resources with this id or ARN, of whatever type and region. */
  named(idOrArn: string): Promise<ResourceRow[]> {
    return this.rows("id = $1 or arn = $1", [idOrArn]);
  }

  /** Resources of a type that were made for a URN and that no engine is known to have in its state, the latest first. */
  async unconfirmed(type: string, urn: string): Promise<ResourceRow[]> {
    const rows = await this.rows("type = $1 and urn = $2 and not confirmed and status <> 'deleting'", [
      type,
      urn,
    ]);
    return rows.reverse();
  }

  /** Notes that an engine has these in its state. */
  async confirm(resources: readonly { urn: string; id: string }[]): Promise<void> {
    await this.executor.query(
      `update resource set confirmed = true from unnest($1::text[], $2::text[]) as known (urn, id)
       where resource.urn = known.urn and resource.id = known.id and not confirmed`,
      [resources.map(({ urn }) => urn), resources.map(({ id }) => id)],
    );
  }

  /** How many resources of a type are in the region, or global, whose state contains these values. */
  async count(type: string, region: string, where: PropertyMap): Promise<number> {
    const found = await this.executor.query<{ count: number }>(
      "select count(*)::integer as count from resource where type = $1 and region in ($2, '') and state @> $3",
      [type, region, JSON.stringify(where)],
    );
    return found.rows[0]?.count ?? 0;
  }

  /** Adds a resource. */
  async insert(row: ResourceRow): Promise<void> {
    await this.executor.query(
      `insert into resource (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        row.type,
        row.region,
        row.id,
        row.arn,
        row.name,
        row.urn ?? null,
        JSON.stringify(this.cipher.seal(row.inputs, row.secrets)),
        JSON.stringify(this.cipher.seal(row.state, row.secrets)),
        row.secrets,
        row.status,
        row.owner?.type ?? null,
        row.owner?.id ?? null,
      ],
    );
  }

  /** Replaces what a resource holds. */
  async save(
    row: Pick<ResourceRow, "type" | "region" | "id" | "inputs" | "state" | "secrets" | "status">,
  ): Promise<void> {
    await this.executor.query(
      `update resource set inputs = $4, state = $5, secrets = $6, status = $7, updated_at = now()
       where type = $1 and region = $2 and id = $3`,
      [
        row.type,
        row.region,
        row.id,
        JSON.stringify(this.cipher.seal(row.inputs, row.secrets)),
        JSON.stringify(this.cipher.seal(row.state, row.secrets)),
        row.secrets,
        row.status,
      ],
    );
  }

  /** Removes a resource, its names and references, and whatever belongs to it. */
  async remove(key: ResourceKey): Promise<void> {
    const owned = await this.rows("owner_type = $1 and owner_id = $2", [key.type, key.id]);
    for (const row of owned) await this.remove(row);
    await this.executor.query("delete from resource where type = $1 and region = $2 and id = $3", [
      key.type,
      key.region,
      key.id,
    ]);
  }

  /** Which resource holds a unique name. */
  async holder(key: string): Promise<ResourceKey | undefined> {
    const found = await this.executor.query<{ type: string; region: string; id: string }>(
      "select type, region, id from unique_name where key = $1",
      [key],
    );
    return found.rows[0];
  }

  /** Gives a resource these unique names in place of those it holds. */
  async claim(resource: ResourceKey, keys: readonly string[]): Promise<void> {
    await this.executor.query("delete from unique_name where type = $1 and region = $2 and id = $3", [
      resource.type,
      resource.region,
      resource.id,
    ]);
    if (keys.length === 0) return;
    await this.executor.query(
      "insert into unique_name (key, type, region, id) select unnest($1::text[]), $2, $3, $4",
      [keys, resource.type, resource.region, resource.id],
    );
  }

  /** Gives a resource these references in place of those it has. */
  async refer(from: ResourceKey, references: readonly ReferenceRow[]): Promise<void> {
    await this.executor.query(
      "delete from reference where from_type = $1 and from_region = $2 and from_id = $3",
      [from.type, from.region, from.id],
    );
    if (references.length === 0) return;
    await this.executor.query(
      `insert into reference (from_type, from_region, from_id, property, to_type, to_region, to_id, on_delete)
       select $1, $2, $3, * from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`,
      [
        from.type,
        from.region,
        from.id,
        references.map((reference) => reference.property),
        references.map((reference) => reference.to.type),
        references.map((reference) => reference.to.region),
        references.map((reference) => reference.to.id),
        references.map((reference) => reference.onDelete),
      ],
    );
  }

  /** Which resources refer to one, or to something that belongs to it; its own belongings aside. */
  async referrers(to: ResourceKey): Promise<Referrer[]> {
    const found = await this.executor.query<{
      type: string;
      region: string;
      id: string;
      owner_type: string | null;
      owner_id: string | null;
      property: string;
      on_delete: "refuse" | "cascade" | "ignore";
    }>(
      `select r.type, r.region, r.id, r.owner_type, r.owner_id, f.property, f.on_delete
       from reference f join resource r on (r.type, r.region, r.id) = (f.from_type, f.from_region, f.from_id)
       where ((f.to_type, f.to_region, f.to_id) = ($1, $2, $3)
           or exists (select 1 from resource o where (o.type, o.region, o.id) = (f.to_type, f.to_region, f.to_id)
                      and o.owner_type = $1 and o.owner_id = $3))
         and not (r.type = $1 and r.id = $3)
         and (r.owner_type, r.owner_id) is distinct from ($1, $3)
       order by r.serial`,
      [to.type, to.region, to.id],
    );
    return found.rows.map((row) => ({
      from: { type: row.type, region: row.region, id: row.id },
      owner: ownerOf(row),
      property: row.property,
      onDelete: row.on_delete,
    }));
  }

  private async rows(condition: string, values: readonly unknown[]): Promise<ResourceRow[]> {
    const found = await this.executor.query<RawRow>(
      `select ${COLUMNS} from resource where ${condition} order by serial`,
      values,
    );
    return found.rows.map((row) => ({
      type: row.type,
      region: row.region,
      id: row.id,
      arn: row.arn,
      name: row.name,
      urn: row.urn ?? undefined,
      inputs: this.cipher.open(row.inputs),
      state: this.cipher.open(row.state),
      secrets: row.secrets,
      status: row.status,
      owner: ownerOf(row),
    }));
  }
}

function ownerOf(row: {
  owner_type: string | null;
  owner_id: string | null;
}): { type: string; id: string } | undefined {
  return row.owner_type === null || row.owner_id === null
    ? undefined
    : { type: row.owner_type, id: row.owner_id };
}
