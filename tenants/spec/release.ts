import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { imageProblems } from "../../components/rules/image";
import type { ServiceName } from "../../components/rules/services";
import { TenantSpecError, describeIssues } from "./problems";

/** A container image by digest; `field` is what its errors call it. */
export function imageSchema(field: string) {
  return z.string().superRefine((value, context) => {
    for (const message of imageProblems(field, value)) context.addIssue({ code: "custom", message });
  });
}

function serviceSchema(name: string) {
  return z.strictObject({
    image: imageSchema(`services.${name}.image`),
    /** Path that answers 200 on the service's port once it can serve. */
    healthPath: z
      .string()
      .regex(/^\/[\w./-]*$/, "a path that begins with /")
      .default("/healthz"),
  });
}

/** What a release of the application is made of. */
export const releaseSchema = z.strictObject({
  /** Name of the release, written on the tenant's pods. */
  version: z.string().regex(/^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/, "a Kubernetes label value"),
  gateway: z.strictObject({ image: imageSchema("gateway.image") }),
  services: z.strictObject({
    web: serviceSchema("web"),
    app: serviceSchema("app"),
    admin: serviceSchema("admin"),
  } satisfies Record<ServiceName, z.ZodType>),
});

/** A release: the images that tenants run unless their spec names others. */
export type Release = z.output<typeof releaseSchema>;

/**
 * Reads a release from text.
 *
 * @param text YAML
 * @param source what to call it in errors
 * @throws TenantSpecError naming every wrong field
 */
export function parseRelease(text: string, source: string): Release {
  const document = parseYaml(text, source);
  const parsed = releaseSchema.safeParse(document);
  if (!parsed.success) throw new TenantSpecError(source, describeIssues(parsed.error.issues, document));
  return parsed.data;
}

/**
 * Reads a release file.
 *
 * @throws TenantSpecError where it cannot be read or is wrong
 */
export async function readRelease(file: string): Promise<Release> {
  return parseRelease(await readText(file), file);
}

/** Reads YAML; throws TenantSpecError with the line where it is not YAML. */
export function parseYaml(text: string, source: string): unknown {
  try {
    const document: unknown = parse(text);
    return document;
  } catch (error) {
    throw new TenantSpecError(source, [
      `not YAML: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}

/** Reads a file; throws TenantSpecError where it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new TenantSpecError(file, [
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}
