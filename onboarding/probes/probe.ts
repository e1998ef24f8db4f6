import type { CloudAccount } from "../account/account";
import type { CellDirectory } from "../cells";
import type { TenantDatabases } from "../databases";
import type { ProblemType } from "../lifecycle";
import type { Tenant } from "../registry";

/** What probes work with. */
export interface ProbeContext {
  readonly tenant: Tenant;
  /** Another tenant of the same cell that has a namespace; undefined where there is none. */
  readonly neighbour: Tenant | undefined;
  readonly cells: CellDirectory;
  readonly databases: TenantDatabases;
  readonly account: CloudAccount;
}

/** What a probe found. */
export type Finding =
  /** As it should be. */
  | { readonly outcome: "passed" }
  /** There is nothing to try it on, such as no neighbour. */
  | { readonly outcome: "skipped"; readonly reason: string }
  /** Not as it should be; of what kind that is, where it is known. Its tenant reads it: it says nothing of who the neighbour is. */
  | { readonly outcome: "failed"; readonly reason: string; readonly problem?: ProblemType };

/** One question about a tenant, asked on the real thing. */
export interface Probe {
  /** Such as `database-answers`. */
  readonly name: string;
  /** `positive`: the tenant works; asked again for a while. `negative`: it is kept apart; a failure quarantines it. */
  readonly kind: "positive" | "negative";
  /** States of the tenant in which it is asked. */
  readonly presences: readonly Tenant["presence"][];
  run(context: ProbeContext): Promise<Finding>;
}

/** As it should be. */
export const PASSED: Finding = { outcome: "passed" };

/** Not as it should be, and why. */
export function failed(reason: string, problem?: ProblemType): Finding {
  return { outcome: "failed", reason, ...(problem === undefined ? {} : { problem }) };
}

/** One of the two ways between a tenant and a neighbour. */
export interface Way {
  readonly from: Tenant;
  readonly to: Tenant;
  /** Whose things are whose, in words that the tenant's people may read. */
  readonly words: { readonly from: string; readonly to: string };
}

const TENANTS = "the tenant's";
const NEIGHBOURS = "a neighbour's";

/**
 * A negative question asked both ways: whether the tenant gets to a neighbour, and whether a neighbour gets to the tenant.
 * The second is also how those are asked about the tenant who were there before it.
 *
 * @param what what must refuse, such as `key`: the probes are `neighbours-key-refuses` and `key-refuses-neighbours`
 */
export function bothWays(
  what: string,
  ask: (way: Way, context: ProbeContext) => Promise<Finding>,
): readonly [Probe, Probe] {
  const probe = (name: string, wayOf: (tenant: Tenant, neighbour: Tenant) => Way): Probe => ({
    name,
    kind: "negative",
    presences: ["serving", "suspended"],
    run: async (context) =>
      context.neighbour === undefined ? NO_NEIGHBOUR : ask(wayOf(context.tenant, context.neighbour), context),
  });
  return [
    probe(`neighbours-${what}-refuses`, (tenant, neighbour) => ({
      from: tenant,
      to: neighbour,
      words: { from: TENANTS, to: NEIGHBOURS },
    })),
    probe(`${what}-refuses-neighbours`, (tenant, neighbour) => ({
      from: neighbour,
      to: tenant,
      words: { from: NEIGHBOURS, to: TENANTS },
    })),
  ];
}

/** Nothing to try it on. */
export const NO_NEIGHBOUR: Finding = {
  outcome: "skipped",
  reason: "the cell has no other tenant to be kept apart from",
};
