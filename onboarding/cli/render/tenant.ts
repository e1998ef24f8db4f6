import type { Operation, Tenant } from "../../client";
import { problemType } from "../failure";
import { outcomeOf } from "./outcome";
import { facts } from "../../../tenants/cli/render/table";

/** A tenant on one screen, with its last operations. */
export function renderTenant(tenant: Tenant, operations: readonly Operation[]): string {
  const { spec, facts: known } = tenant;
  const { database } = known;
  return facts([
    ["Tenant", `${tenant.id}  (${spec.name})`],
    ["Phase", tenant.phase],
    ["Quarantine", tenant.quarantine],
    ["Tier, size", `${spec.tier}, ${spec.size}`],
    ["Cell", spec.cell],
    ["Contact", spec.contact],
    ["Release", known.release],
    ["Namespace", known.namespace],
    ["Host name", known.hostName],
    ["Operators", known.operatorsGroup],
    ["Role", known.roleArn],
    ["Key", known.keyArn],
    [
      "Database",
      database === undefined
        ? `${spec.database.engine}, not there`
        : `${database.engine} ${database.endpoint}:${database.port}/${database.name} as ${database.username}`,
    ],
    ["  size", spec.database.size],
    ["  secret", database?.secretArn],
    ["  deletion", spec.database.deletionProtection ? "protected" : "not protected"],
    ["Retained until", tenant.retainedUntil],
    ["Final snapshot", tenant.finalSnapshot],
    ["Archive", tenant.archive],
    ...tenant.snapshotExports.map(({ snapshot, location, completedAt }): [string, string] => [
      "Exported",
      `${snapshot} to ${location}${completedAt === undefined ? ", under way" : ""}`,
    ]),
    ["Version", String(tenant.version)],
    ["Created", tenant.createdAt],
    ["Last change", tenant.updatedAt],
    ...operations.flatMap((operation, index) => [
      [index === 0 ? "Operations" : "", `${operation.createdAt}  ${outcomeOf(operation)}`] as const,
      ...problemRows(operation),
    ]),
  ]);
}

/** What failed, and what to do about it. */
function problemRows({ problem }: Operation): (readonly [string, string | undefined])[] {
  if (problem === undefined) return [];
  const { detail, next } = problem;
  return [
    ["", `  ${problemType(problem)}: ${detail}`],
    ["", next === undefined ? undefined : `  next: ${next}`],
  ];
}
