import { z } from "zod";
import { PERMISSIONS, type Permission } from "../../auth";

const operationSchema = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()),
  "x-permission": z
    .string()
    .refine((name): name is Permission => name in PERMISSIONS)
    .optional(),
  parameters: z.array(z.looseObject({ name: z.string() })).default([]),
  responses: z.record(
    z.string(),
    z.looseObject({
      content: z.record(z.string(), z.looseObject({})).optional(),
      headers: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

const documentSchema = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

/** An endpoint of the OpenAPI document. */
export interface DocumentedEndpoint {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly permission: Permission | undefined;
  /** Names of its parameters, headers among them. */
  readonly parameters: readonly string[];
  /** Headers of each documented status. */
  readonly headers: ReadonlyMap<number, readonly string[]>;
  /** Media types of each documented status. */
  readonly answers: ReadonlyMap<number, readonly string[]>;
}

/** The endpoints of a document, as it came over HTTP. */
export function endpointsOf(document: unknown): DocumentedEndpoint[] {
  return Object.entries(documentSchema.parse(document).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operationId: operation.operationId,
      permission: operation["x-permission"],
      parameters: operation.parameters.map(({ name }) => name),
      headers: new Map(
        Object.entries(operation.responses).map(([status, { headers }]) => [
          Number(status),
          Object.keys(headers),
        ]),
      ),
      answers: new Map(
        Object.entries(operation.responses).map(([status, { content }]) => [
          Number(status),
          Object.keys(content ?? {}),
        ]),
      ),
    })),
  );
}
