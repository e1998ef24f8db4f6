import type { ClientBase } from "pg";

/** Key of the advisory lock that every write to the account state takes, and migrations too. */
export const ACCOUNT_LOCK = 7_310_042;

/** The account state's schema, oldest step first. A step that was ever released is never changed, only followed. */
const MIGRATIONS: readonly string[] = [
  `
  create table resource (
    type text not null,
    region text not null,
    id text not null,
    arn text not null,
    name text not null,
    urn text,
    inputs jsonb not null,
    state jsonb not null,
    secrets text[] not null default '{}',
    status text not null check (status in ('creating', 'available', 'deleting')),
    owner_type text,
    owner_id text,
    serial bigint generated always as identity,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (type, region, id)
  );
  comment on column resource.region is 'empty for what lives outside regions';
  comment on column resource.urn is 'client token: a create that is tried again finds what it made';
  create index resource_urn on resource (urn);
  create index resource_arn on resource (arn);
  create index resource_id on resource (id);
  create index resource_owner on resource (owner_type, owner_id) where owner_id is not null;

  create table unique_name (
    key text primary key,
    type text not null,
    region text not null,
    id text not null,
    foreign key (type, region, id) references resource on delete cascade
  );
  create index unique_name_resource on unique_name (type, region, id);

  create table reference (
    from_type text not null,
    from_region text not null,
    from_id text not null,
    property text not null,
    to_type text not null,
    to_region text not null,
    to_id text not null,
    on_delete text not null check (on_delete in ('refuse', 'cascade', 'ignore')),
    foreign key (from_type, from_region, from_id) references resource on delete cascade
  );
  create index reference_from on reference (from_type, from_region, from_id);
  create index reference_to on reference (to_type, to_region, to_id);

  create table retained (
    kind text not null,
    region text not null,
    name text not null,
    detail jsonb not null,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (kind, region, name)
  );
  comment on table retained is 'what AWS keeps of deleted resources: snapshots, names of secrets in their recovery window';

  create table setting (name text primary key, value jsonb not null);
  create table quota (key text primary key, value integer not null check (value >= 0));
  create table throttle (
    service text primary key,
    rate double precision not null check (rate > 0),
    burst double precision not null check (burst >= 1),
    code text not null,
    tokens double precision not null,
    refilled_at timestamptz not null default clock_timestamp()
  );
  insert into throttle (service, rate, burst, code, tokens) values ('Route 53', 5, 5, 'Throttling', 5);
  create table fault (
    serial bigint generated always as identity primary key,
    type text not null,
    operation text not null,
    probability double precision not null check (probability between 0 and 1),
    code text not null,
    message text not null,
    status integer not null,
    moment text not null check (moment in ('before', 'after')),
    remaining integer check (remaining >= 0)
  );

  create table call (
    serial bigint generated always as identity primary key,
    at timestamptz not null,
    service text not null,
    operation text not null,
    type text not null,
    resource text not null,
    outcome text not null
  );
  `,
  `
  alter table resource add column confirmed boolean not null default false;
  comment on column resource.confirmed is 'an engine has it in its state: a create for the same urn is another resource';
  `,
];

/** Brings the schema up to date; safe when many processes do it at once. */
export async function migrate(client: ClientBase): Promise<void> {
  if ((await version(client)) === MIGRATIONS.length) return;
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [ACCOUNT_LOCK]);
    await client.query("create table if not exists schema_version (version integer not null)");
    const done = await version(client);
    if (done > MIGRATIONS.length) {
      throw new Error(
        `The account state has schema version ${done}; this local cloud knows ${MIGRATIONS.length}.`,
      );
    }
    for (const step of MIGRATIONS.slice(done)) await client.query(step);
    await client.query("delete from schema_version");
    await client.query("insert into schema_version values ($1)", [MIGRATIONS.length]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

async function version(client: ClientBase): Promise<number> {
  const table = await client.query<{ name: string | null }>(
    "select to_regclass('schema_version')::text as name",
  );
  if (table.rows[0]?.name === null || table.rows[0] === undefined) return 0;
  const found = await client.query<{ version: number }>("select version from schema_version");
  return found.rows[0]?.version ?? 0;
}
