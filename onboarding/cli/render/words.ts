import { z } from "zod";
import { doingWord, doneWord } from "../../../tenants/cli/render/words";
import type { WatchedProgress } from "../../client";

const resource = z.object({ type: z.string(), name: z.string(), operation: z.string(), outcome: z.string() });
const step = z.object({ step: z.string(), outcome: z.string() });
const probe = z.object({ probe: z.string(), outcome: z.string(), reason: z.string().optional() });
const message = z.object({ name: z.string().optional(), message: z.string() });
const policy = z.object({ policy: z.string(), level: z.string(), message: z.string() });

/** A line about an operation's progress; undefined where it tells a person nothing. */
export function lineOf({ kind, data }: WatchedProgress): string | undefined {
  switch (kind) {
    case "step":
      return told(step, data, (it) =>
        it.outcome === "begun" ? `step ${it.step}` : `step ${it.step}: ${it.outcome}`,
      );
    case "resource":
      return told(resource, data, resourceLine);
    case "probe":
      return told(
        probe,
        data,
        (it) => `probe ${it.probe}: ${it.outcome}${it.reason === undefined ? "" : `: ${it.reason}`}`,
      );
    case "message":
      return told(message, data, (it) => (it.name === undefined ? it.message : `${it.name}: ${it.message}`));
    case "policy":
      return told(
        policy,
        data,
        (it) => `${it.level === "advisory" ? "advice" : "violation"} of ${it.policy}: ${it.message}`,
      );
    default:
      return undefined;
  }
}

function told<T extends z.ZodType>(
  schema: T,
  data: unknown,
  say: (it: z.output<T>) => string | undefined,
): string | undefined {
  const parsed = schema.safeParse(data);
  return parsed.success ? say(parsed.data) : undefined;
}

function resourceLine({ type, name, operation, outcome }: z.output<typeof resource>): string | undefined {
  if (operation === "refresh") return undefined;
  switch (outcome) {
    case "begun":
      return `${doingWord(operation)} ${type} ${name}`;
    case "planned":
      return `would be ${doneWord(operation)}: ${type} ${name}`;
    case "failed":
      return `FAILED ${doingWord(operation)} ${type} ${name}`;
    default:
      return `${doneWord(operation)} ${type} ${name}`;
  }
}
