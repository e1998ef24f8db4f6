import type { LastOperation } from "../../engine";
import type { TenantFacts } from "./tenant";

/** How much of a quota is used. */
export interface QuotaUse {
  /** Kubernetes' name for it, such as `requests.cpu`. */
  readonly resource: string;
  readonly used: string;
  readonly limit: string;
}

/** What a tenant uses in its cluster. */
export interface NamespaceUse {
  readonly quota: readonly QuotaUse[];
  readonly pods: { readonly ready: number; readonly total: number };
}

/** Everything on the screen. */
export interface TenantScreen {
  readonly facts: TenantFacts;
  readonly resources: number;
  readonly lastOperation: LastOperation | undefined;
  /** Undefined where the cluster did not answer. */
  readonly use: NamespaceUse | undefined;
  /** Why the cluster did not answer. */
  readonly useProblem?: string;
}

/** What stands for a part that the tenant's presence leaves out. */
const NONE = "none";

/** A tenant on one screen. */
export function renderScreen({ facts, resources, lastOperation, use, useProblem }: TenantScreen): string {
  const { tenant } = facts;
  const rows: [string, string][] = [
    ["Tenant", `${tenant.id}  (${tenant.name})`],
    ["Tier, size", `${tenant.tier}, ${tenant.size}`],
    ["Cell", facts.cell],
    ["Presence", facts.presence],
    ["Release", facts.release],
    ["Namespace", facts.namespace ?? NONE],
    ["Host name", facts.hostName],
    ["Operators", facts.operatorsGroup],
    ["Role", facts.roleArn ?? NONE],
    ["Key", facts.keyArn],
    ...databaseRows(facts.database),
    ["Pods", use === undefined ? `unknown: ${useProblem ?? "the cluster was not asked"}` : podsText(use)],
    ...(use?.quota ?? []).map(({ resource, used, limit }): [string, string] => [
      `  ${resource}`,
      `${used} of ${limit}`,
    ]),
    ["Resources", String(resources)],
    ["Last operation", lastOperation === undefined ? "none" : operationText(lastOperation)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join("");
}

function databaseRows(database: TenantFacts["database"]): [string, string][] {
  if (database === undefined) return [["Database", NONE]];
  const { engine, endpoint, port, name, username } = database;
  return [
    ["Database", `${engine} ${endpoint}:${port}/${name} as ${username}`],
    ["  secret", database.secretArn],
    ["  deletion", database.deletionProtection ? "protected" : "not protected"],
  ];
}

function podsText({ pods }: NamespaceUse): string {
  return `${pods.ready} of ${pods.total} ready`;
}

function operationText({ kind, result, ended }: LastOperation): string {
  return `${kind} ${result}${ended === undefined ? "" : ` at ${ended.toISOString()}`}`;
}
