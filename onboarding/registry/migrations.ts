import type { Pool } from "pg";
import { lockNumber } from "./locks";
import { withTransaction } from "./transaction";

/** The registry's tables, in steps that are never changed once they are released; each runs once, in order. */
const MIGRATIONS: readonly string[] = [
  `
  create table tenantry.tenants (
    id text primary key,
    spec jsonb not null,
    phase text not null,
    version bigint not null default 1,
    once_active boolean not null default false,
    presence text not null default 'serving',
    database_lifetime integer not null default 1,
    restore_from jsonb,
    quarantine text,
    retained_until timestamptz,
    final_snapshot text,
    archive text,
    facts jsonb not null default '{}',
    next_sequence bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create index tenants_by_cell on tenantry.tenants ((spec ->> 'cell'), id);

  create table tenantry.operations (
    id text primary key,
    position bigint generated always as identity unique,
    tenant_id text not null,
    cell text not null,
    kind text not null,
    status text not null,
    input jsonb not null,
    step text,
    result jsonb,
    problem jsonb,
    phase_before text not null,
    requested_by text not null,
    request_id text not null,
    traceparent text,
    executor text,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz
  );
  create index operations_by_tenant on tenantry.operations (tenant_id, position desc);
  create index operations_open on tenantry.operations (requested_by) where status in ('waiting', 'queued', 'running');
  -- At most one change of a tenant is on its way to a worker or with one; plans change nothing.
  create unique index operations_one_a_tenant on tenantry.operations (tenant_id)
    where status in ('queued', 'running') and kind <> 'plan';

  create table tenantry.progress (
    operation_id text not null references tenantry.operations (id),
    sequence bigint not null,
    kind text not null,
    data jsonb not null,
    at timestamptz not null default now(),
    primary key (operation_id, sequence)
  );

  create table tenantry.events (
    id text primary key,
    position bigint generated always as identity unique,
    sequence bigint not null,
    tenant_id text not null,
    operation_id text,
    type text not null,
    data jsonb not null,
    at timestamptz not null default now(),
    unique (tenant_id, sequence)
  );

  create table tenantry.webhooks (
    id text primary key,
    position bigint generated always as identity unique,
    url text not null,
    types text[] not null,
    tenant_id text,
    secret text not null,
    enabled boolean not null default true,
    created_at timestamptz not null default now()
  );

  create table tenantry.deliveries (
    webhook_id text not null references tenantry.webhooks (id) on delete cascade,
    event_id text not null references tenantry.events (id),
    tenant_id text not null,
    position bigint not null,
    status text not null default 'pending',
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    leased_until timestamptz,
    last_error text,
    delivered_at timestamptz,
    primary key (webhook_id, event_id)
  );
  create index deliveries_pending on tenantry.deliveries (webhook_id, tenant_id, position) where status = 'pending';

  create table tenantry.audit (
    sequence bigint primary key,
    at timestamptz not null,
    actor text not null,
    roles text[] not null,
    address text not null,
    request_id text not null,
    action text not null,
    tenant_id text,
    before jsonb,
    after jsonb,
    hash text not null
  );
  create function tenantry.refuse() returns trigger language plpgsql as $$
    begin raise exception 'the audit log is append-only'; end $$;
  create trigger audit_is_append_only before update or delete or truncate on tenantry.audit
    for each statement execute function tenantry.refuse();

  create table tenantry.workers (
    id text primary key,
    host text not null,
    started_at timestamptz not null default now()
  );
  create index workers_by_host on tenantry.workers (host);

  create table tenantry.cells (
    name text primary key,
    environment text not null,
    region text not null,
    domain text not null,
    capacity integer not null,
    ready boolean not null,
    checked_at timestamptz not null default now()
  );

  create table tenantry.idempotency (
    actor text not null,
    key text not null,
    request_hash text not null,
    status integer not null,
    body jsonb not null,
    created_at timestamptz not null default now(),
    primary key (actor, key)
  );
  create index idempotency_by_age on tenantry.idempotency (created_at);
  `,
  `
  alter table tenantry.deliveries add column claim uuid;

  create table tenantry.sinks (
    name text primary key,
    position bigint not null default 0
  );
  `,
  `
  alter table tenantry.tenants add column snapshot_exports jsonb not null default '[]';
  `,
  `
  alter table tenantry.workers
    add column seen_at timestamptz not null default now(),
    add column ended_at timestamptz;
  `,
  `
  alter table tenantry.tenants add column breach jsonb, add column erasure jsonb not null default '[]';
  `,
  `
  alter table tenantry.operations add column takeovers integer not null default 0;
  `,
  `
  alter table tenantry.operations add column requester text, add column place integer;
  update tenantry.operations set requester = requested_by;
  alter table tenantry.operations alter column requester set not null;
  drop index tenantry.operations_open;
  create index operations_open on tenantry.operations (requester) where status in ('waiting', 'queued', 'running');
  `,
  `
  -- Each row is overwritten all the time: with room beside it, the index stays as it is.
  create unlogged table tenantry.call_slots (
    service text primary key,
    next_at timestamptz not null
  ) with (fillfactor = 10);
  `,
  `
  create index progress_by_age on tenantry.progress (at);
  create index deliveries_done on tenantry.deliveries (next_attempt_at) where status <> 'pending';
  create index deliveries_by_event on tenantry.deliveries (event_id);
  create index events_by_age on tenantry.events (at);
  `,
];

/** Brings the registry's tables up to date; several processes may do so at once. */
export async function migrate(pool: Pool): Promise<void> {
  await withTransaction(pool, async ({ client }) => {
    await client.query("select pg_advisory_xact_lock($1)", [lockNumber("registryMigration")]);
    await client.query("create schema if not exists tenantry");
    await client.query(
      "create table if not exists tenantry.migrations (number integer primary key, at timestamptz not null default now())",
    );
    const { rows } = await client.query<{ done: number }>(
      "select count(*)::int as done from tenantry.migrations",
    );
    const done = rows[0]?.done ?? 0;
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < done) continue;
      await client.query(sql);
      await client.query("insert into tenantry.migrations (number) values ($1)", [index + 1]);
    }
  });
}
