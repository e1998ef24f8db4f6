import { z } from "zod";
import { EngineError } from "./errors";
import type { Outputs } from "./types";

/** Marks a value that the state keeps encrypted (sdk/go/common/resource/sig). */
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

const stateResource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().optional(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  protect: z.boolean().optional(),
});

const pendingOperation = z.looseObject({ resource: stateResource, type: z.string() });

const exportedStack = z.looseObject({
  version: z.int(),
  deployment: z.looseObject({
    manifest: z.looseObject({ time: z.string().optional() }).optional(),
    secrets_providers: z.looseObject({ type: z.string() }).optional(),
    resources: z.array(stateResource).optional(),
    pending_operations: z.array(pendingOperation).optional(),
  }),
});

/** A resource as the state keeps it. */
export type StateResource = z.output<typeof stateResource>;

/** A stack's whole state, as `pulumi stack export` writes it. */
export type ExportedStack = z.output<typeof exportedStack>;

/**
 * Reads an exported state.
 *
 * @throws EngineError where it is not one
 */
export function parseExportedStack(text: string): ExportedStack {
  const parsed = exportedStack.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new EngineError(`the state is not as Pulumi writes it: ${z.prettifyError(parsed.error)}`);
}

/** A state's outputs: those of its root resource. Secrets are plain where the state was exported so. */
export function outputsOf(state: ExportedStack): Outputs {
  const root = state.deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  return Object.fromEntries(
    Object.entries(root?.outputs ?? {}).map(([name, value]) => {
      const { plain, secret } = reveal(value);
      return [name, { value: plain, secret, known: true }];
    }),
  );
}

/** How many resources a state has, the stack itself and its providers not counted. */
export function countResources(state: ExportedStack): number {
  return (state.deployment.resources ?? []).filter(
    ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
  ).length;
}

/** Takes the marks of secrets off a value, at any depth. */
function reveal(value: unknown): { plain: unknown; secret: boolean } {
  if (Array.isArray(value)) {
    const items = value.map(reveal);
    return { plain: items.map(({ plain }) => plain), secret: items.some(({ secret }) => secret) };
  }
  if (typeof value !== "object" || value === null) return { plain: value, secret: false };
  const marks = new Map<string, unknown>(Object.entries(value));
  if (marks.get(SIGNATURE_KEY) === SECRET_SIGNATURE) {
    const plaintext = marks.get("plaintext");
    return {
      plain: typeof plaintext === "string" ? reveal(JSON.parse(plaintext)).plain : undefined,
      secret: true,
    };
  }
  const entries = [...marks].map(([key, inner]) => ({ key, ...reveal(inner) }));
  return {
    plain: Object.fromEntries(entries.map(({ key, plain }) => [key, plain])),
    secret: entries.some(({ secret }) => secret),
  };
}
