import { setTimeout as sleep } from "node:timers/promises";
import { judge } from "../failures";
import type { Tenant } from "../registry";
import { databaseAnswers, databasesRefuse } from "./database";
import { keysRefuse, ownKeyDecrypts } from "./key";
import { namespacesRefuse } from "./namespace";
import { type Finding, type Probe, type ProbeContext, failed } from "./probe";
import { workloadsReady } from "./workloads";

/** Every probe; what joins a tenant later brings its own. */
export const PROBES: readonly Probe[] = [
  workloadsReady,
  databaseAnswers,
  ownKeyDecrypts,
  ...namespacesRefuse,
  ...databasesRefuse,
  ...keysRefuse,
];

/** A probe's answer. */
export interface ProbeResult {
  readonly probe: string;
  readonly kind: Probe["kind"];
  readonly finding: Finding;
}

/** How probes are run. */
export interface ProbeOptions {
  /** How long positive probes are asked again, milliseconds. */
  readonly patienceMs: number;
  /** Pause between two askings, milliseconds. Default 500. */
  readonly pauseMs?: number;
  readonly probes?: readonly Probe[];
  /** Finds the neighbour anew where it could not be asked: it may have changed, or be another by now. Default: the context's. */
  readonly neighbourAgain?: () => Promise<Tenant | undefined>;
  /** Told of each breach, and of the neighbour that it is about: for staff alone. */
  readonly onBreach?: (probe: string, neighbour: Tenant | undefined) => void;
  readonly onResult?: (result: ProbeResult) => void;
  /** Told of what kept a negative probe from being asked of a neighbour, in words that may name it: for staff alone. */
  readonly onUnasked?: (probe: string, reason: string, neighbour: Tenant | undefined) => void;
}

/** Asks a tenant's probes, the positive ones until they pass or patience ends; all at once. */
export async function runProbes(
  context: ProbeContext,
  { patienceMs, pauseMs = 500, probes = PROBES, neighbourAgain, onBreach, onResult, onUnasked }: ProbeOptions,
): Promise<ProbeResult[]> {
  const deadline = Date.now() + patienceMs;
  const asked = probes.filter(({ presences }) => presences.includes(context.tenant.presence));
  return Promise.all(
    asked.map(async (probe) => {
      let { neighbour } = context;
      let finding = await ask(probe, context);
      while (finding.outcome === "failed" && finding.again && Date.now() < deadline) {
        await sleep(pauseMs);
        if (finding.unasked !== undefined && neighbourAgain !== undefined) neighbour = await neighbourAgain();
        finding = await ask(probe, { ...context, neighbour });
      }
      if (finding.unasked !== undefined) onUnasked?.(probe.name, finding.unasked, neighbour);
      if (finding.unasked !== undefined && neighbour !== undefined && !isSettled(neighbour))
        finding = NEIGHBOUR_CHANGES;
      const result = { probe: probe.name, kind: probe.kind, finding: plain(finding) };
      if (isBreach(result)) onBreach?.(probe.name, neighbour);
      onResult?.(result);
      return result;
    }),
  );
}

/** Whether nothing is being done to a tenant that could keep it from being asked. */
export function isSettled({ phase }: Tenant): boolean {
  return phase === "active" || phase === "suspended";
}

/** What is at work on the neighbour ends with its own verification, which asks both ways. */
const NEIGHBOUR_CHANGES: Finding = {
  outcome: "skipped",
  reason: "the only other tenant is being changed, and is asked when that ends",
};

/** How the reason of a probe begins that found nothing out. */
const NOT_ASKED = "could not be asked";

type Asked = Finding & { readonly again?: boolean; /** For staff alone. */ readonly unasked?: string };

/**
 * A negative probe that could not be asked says nothing of isolation: it is asked again, and at last fails as a positive
 * would. Its error is not told to the tenant: the address or namespace in it may be the neighbour's.
 */
async function ask(probe: Probe, context: ProbeContext): Promise<Asked> {
  try {
    const finding = await probe.run(context);
    return { ...finding, again: probe.kind === "positive" };
  } catch (error) {
    const { type, detail } = judge(error).problem;
    const known = type === "internal" ? undefined : type;
    if (probe.kind === "positive") return { ...failed(`${NOT_ASKED}: ${detail}`, known), again: true };
    const reason = `${NOT_ASKED}: ${known ?? "it met an error"}, on this tenant's side or a neighbour's`;
    return { ...failed(reason, known), again: true, unasked: detail };
  }
}

function plain(finding: Asked): Finding {
  if (finding.outcome === "passed") return { outcome: "passed" };
  if (finding.outcome === "skipped") return { outcome: "skipped", reason: finding.reason };
  return failed(finding.reason, finding.problem);
}

/** Whether a negative probe got through: not where it merely could not be asked. */
export function isBreach({ kind, finding }: ProbeResult): boolean {
  return kind === "negative" && finding.outcome === "failed" && !finding.reason.startsWith(NOT_ASKED);
}
