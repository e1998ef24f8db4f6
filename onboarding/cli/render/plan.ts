import { z } from "zod";
import type { Plan } from "../../client";
import { printable } from "../../../tenants/cli/render/words";

const resources = z
  .array(z.object({ type: z.string(), name: z.string(), changed: z.array(z.string()).optional() }))
  .default([]);

const planSchema = z.object({
  create: resources,
  update: resources,
  replace: resources,
  delete: resources,
  note: z.string().optional(),
  cost: z.object({ usdAMonth: z.number(), changeUsdAMonth: z.number() }).optional(),
  policies: z.array(z.object({ policy: z.string(), level: z.string(), message: z.string() })).default([]),
});

/** A plan, line by line: what would be done, what it costs, what the policies say. */
export function planLines({ plan }: Plan): string[] {
  const parsed = planSchema.safeParse(plan);
  if (!parsed.success) return [JSON.stringify(plan)];
  const { note, cost, policies, ...steps } = parsed.data;
  const lines = [
    ...linesOf("would be created", steps.create),
    ...linesOf("would be updated", steps.update),
    ...linesOf("would be REPLACED", steps.replace),
    ...linesOf("would be DELETED", steps.delete),
    ...(note === undefined ? [] : [note]),
  ];
  return [
    ...(lines.length === 0 ? ["nothing would change"] : lines),
    ...policies.map(
      ({ policy, level, message }) =>
        `${level === "advisory" ? "advice" : "violation"} of ${policy}: ${message}`,
    ),
    ...(cost === undefined
      ? []
      : [`cost: ${cost.usdAMonth.toFixed(2)} USD a month (${signed(cost.changeUsdAMonth)})`]),
  ].map(printable);
}

function linesOf(what: string, items: z.output<typeof resources>): string[] {
  return items.map(
    ({ type, name, changed = [] }) =>
      `${what}: ${type} ${name}${changed.length === 0 ? "" : ` (${changed.join(", ")})`}`,
  );
}

function signed(amount: number): string {
  return `${amount < 0 ? "" : "+"}${amount.toFixed(2)}`;
}
