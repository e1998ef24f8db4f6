import { z } from "zod";
import { doneWord, seconds } from "../../../tenants/cli/render/words";
import type { Operation } from "../../client";

const changesSchema = z.record(z.string(), z.number());
const driftSchema = z.array(z.object({ type: z.string(), name: z.string(), drift: z.string() }));
const probesSchema = z.array(z.object({ finding: z.object({ outcome: z.string() }) }));

/** How an operation ended, in a line; of one that has not ended, how far it is. */
export function outcomeOf({ id, kind, status, result = {}, startedAt, endedAt }: Operation): string {
  if (status !== "succeeded") return `${kind} is ${status} (operation ${id})`;
  const parts = [...changesIn(result), ...probesIn(result), ...driftIn(result)];
  const took =
    startedAt === undefined || endedAt === undefined
      ? ""
      : ` in ${seconds(Date.parse(endedAt) - Date.parse(startedAt))}`;
  return `${kind} succeeded${parts.length === 0 ? "" : `: ${parts.join("; ")}`}${took}`;
}

/** The counts of every step that says them. */
function changesIn(result: Readonly<Record<string, unknown>>): string[] {
  const counts = partsOf(result, "changes", changesSchema).flatMap((changes) => Object.entries(changes));
  const sums = new Map<string, number>();
  for (const [operation, count] of counts) sums.set(operation, (sums.get(operation) ?? 0) + count);
  return [...sums].map(([operation, count]) => `${count} ${doneWord(operation)}`);
}

function probesIn(result: Readonly<Record<string, unknown>>): string[] {
  return partsOf(result, "probes", probesSchema).map((probes) => {
    const passed = probes.filter(({ finding }) => finding.outcome === "passed");
    return `${passed.length} of ${probes.length} probes passed`;
  });
}

function driftIn(result: Readonly<Record<string, unknown>>): string[] {
  return partsOf(result, "drift", driftSchema).map((drift) =>
    drift.length === 0
      ? "no drift"
      : `drift: ${drift.map((it) => `${it.type} ${it.name} ${it.drift}`).join(", ")}`,
  );
}

/** What is called so: in the result of an operation of one step, or in those of the steps. */
function partsOf<T>(result: Readonly<Record<string, unknown>>, name: string, schema: z.ZodType<T>): T[] {
  return [result, ...Object.values(result)].flatMap((part) => {
    if (typeof part !== "object" || part === null) return [];
    const parsed = schema.safeParse(new Map<string, unknown>(Object.entries(part)).get(name));
    return parsed.success ? [parsed.data] : [];
  });
}
