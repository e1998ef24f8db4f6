import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { z } from "zod";
import type { ExportedStack } from "../../tenants/engine";
import type { Tenant, TenantEvent } from "../../onboarding/registry";
import { type ServiceWorld, stackOf } from "./service-world";

/** Namespaces that every cluster has. */
const BUILT_IN = ["default", "kube-node-lease", "kube-public", "kube-system"];

const NAMESPACE = "kubernetes:core/v1:Namespace";

const CELL = { project: "tenantry", stack: "local" };

/** How long deliveries may take after the last operation, milliseconds: a delivery that a killed worker had waits its lease out. */
const DELIVERY_MS = 90_000;

const namespaceList = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

const tagged = z.object({ tags: z.object({ "tenant-id": z.string() }) });

type Deployment = ExportedStack["deployment"];

/**
 * Everything that is there is known to the stack of its tenant, and everything that a stack knows is there, once. Of a purged
 * tenant nothing is left but its key, which AWS deletes later. To be asked while no operation is at work.
 */
export async function expectNoOrphans(service: ServiceWorld): Promise<void> {
  const tenants = await allTenants(service);
  const deployments = new Map<string, Deployment>();
  for (const { id, phase } of tenants) {
    if (phase === "purged") continue;
    deployments.set(id, (await service.engine.export(stackOf(id))).deployment);
  }
  const stacks = (await service.engine.list("tenants")).map(({ stack }) => stack);
  expect(stacks.sort(), "stacks").to.deep.equal([...deployments.keys()].sort());
  for (const [id, deployment] of deployments) expectWhole(id, deployment);
  await expectResources(service, deployments);
  await expectNamespaces(service, deployments);
  for (const { id, phase } of tenants) if (phase === "purged") await expectNothingOf(service, id);
}

/**
 * A tenant's events tell each thing once and in order, and the webhook's receiver got all of them so: those after it was set up,
 * which is before the first tenant.
 */
export async function expectEventsRight(service: ServiceWorld, tenantId: string): Promise<void> {
  const events = await eventsOf(service, tenantId);
  const ids = events.map(({ id }) => id);
  expect(
    events.map(({ sequence }) => sequence),
    `sequences of ${tenantId}`,
  ).to.deep.equal(ids.map((_, index) => index + 1));
  expect(new Set(ids).size, `distinct ids of ${tenantId}`).to.equal(ids.length);
  const { items: operations } = await service.registry.operations.list({ tenantId, limit: 10_000 });
  for (const { id, kind, status } of operations) {
    if (kind === "plan") continue;
    const types = events.filter(({ operationId }) => operationId === id).map(({ type }) => type);
    const told = types.filter((type) => /^operation\.(requested|started|succeeded|failed)$/.test(type));
    expect(told, `${kind} ${id}`).to.deep.equal([
      "operation.requested",
      "operation.started",
      `operation.${status}`,
    ]);
  }
  const deadline = Date.now() + DELIVERY_MS;
  while (service.receiver.firstArrivals(tenantId).length < ids.length && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(
    service.receiver.firstArrivals(tenantId).map(({ id }) => id),
    `deliveries of ${tenantId}`,
  ).to.deep.equal(ids);
  expect(service.receiver.refused).to.deep.equal([]);
}

/** All tenants of the registry. */
export async function allTenants(service: ServiceWorld): Promise<readonly Tenant[]> {
  return (await service.registry.tenants.list({ limit: 10_000 })).items;
}

async function eventsOf(service: ServiceWorld, tenantId: string): Promise<readonly TenantEvent[]> {
  return (await service.registry.events.list({ tenantId, limit: 100_000 })).items;
}

/** No operation is left open in the state, nothing waits for its deletion, and nothing is in it twice. */
function expectWhole(id: string, { resources = [], pending_operations = [] }: Deployment): void {
  expect(pending_operations, `pending operations of ${id}`).to.deep.equal([]);
  expect(
    resources.filter((resource) => resource["delete"] === true).map(({ urn }) => urn),
    `deletions left in ${id}`,
  ).to.deep.equal([]);
  const urns = resources.map(({ urn }) => urn);
  expect(new Set(urns).size, `distinct URNs of ${id}`).to.equal(urns.length);
}

async function expectResources(
  service: ServiceWorld,
  deployments: ReadonlyMap<string, Deployment>,
): Promise<void> {
  const rows = await service.tables.resources.all();
  const found = new Map<string, string[]>();
  for (const { type, id, urn, state, status } of rows) {
    const tenant = tenantOf(urn, state);
    if (tenant === undefined) continue;
    expect(status, `${type} ${id}`).to.equal("available");
    found.set(tenant, [...(found.get(tenant) ?? []), `${type} ${id}`]);
  }
  const known = new Map(
    [...deployments].map(([tenant, { resources = [] }]) => [
      tenant,
      resources
        .filter(
          ({ custom, type, ...rest }) =>
            custom === true && type.startsWith("aws:") && rest["external"] !== true,
        )
        .map(({ type, id }) => `${type} ${id}`)
        .sort(),
    ]),
  );
  const there = Object.fromEntries([...found].sort().map(([tenant, names]) => [tenant, names.sort()]));
  expect(there, "resources of tenants").to.deep.equal(
    Object.fromEntries([...known].sort().filter(([, names]) => names.length > 0)),
  );
}

/** Whose a resource is: by its tag, or, where it has none, by the stack that made it. */
function tenantOf(urn: string | undefined, state: unknown): string | undefined {
  const tag = tagged.safeParse(state);
  if (tag.success) return tag.data.tags["tenant-id"] === "shared" ? undefined : tag.data.tags["tenant-id"];
  return /^urn:pulumi:([^:]+)::tenants::/.exec(urn ?? "")?.[1];
}

async function expectNamespaces(
  service: ServiceWorld,
  deployments: ReadonlyMap<string, Deployment>,
): Promise<void> {
  const cell = (await service.engine.export(CELL)).deployment;
  const known = [cell, ...deployments.values()]
    .flatMap(({ resources = [] }) => resources)
    .filter(({ type }) => type === NAMESPACE)
    .map(({ id }) => id ?? "");
  const wanted = [...new Set([...BUILT_IN, ...known])].sort();
  const read = async (): Promise<string[]> => {
    const { stdout } = await service.world.kubectl(["get", "namespaces", "-o", "json"]);
    return namespaceList
      .parse(JSON.parse(stdout))
      .items.map(({ metadata }) => metadata.name)
      .sort();
  };
  const names = await service.world.patiently(read, (found) => found.join() === wanted.join());
  expect(names, "namespaces").to.deep.equal(wanted);
}

async function expectNothingOf(service: ServiceWorld, id: string): Promise<void> {
  const kept = (await service.tables.retained.list()).filter(
    ({ name, detail }) => name.includes(id) || JSON.stringify(detail).includes(id),
  );
  expect(
    kept.filter(({ kind }) => kind !== "kms-key").map(({ kind, name }) => `${kind} ${name}`),
    `left of ${id}`,
  ).to.deep.equal([]);
  expect(
    existsSync(path.join(service.archives, id)) ? readdirSync(path.join(service.archives, id)) : [],
  ).to.deep.equal([]);
  const { databases, users } = await service.world.postgres();
  const name = id.replaceAll("-", "_");
  expect([...databases, ...users].filter((one) => one.includes(name))).to.deep.equal([]);
}
