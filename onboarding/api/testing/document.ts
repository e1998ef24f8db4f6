import { z } from "zod";
import { PERMISSIONS, type Permission } from "../../auth";

const operationSchema = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()),
  "x-permission": z
    .string()
    .refine((name): name is Permission => name in PERMISSIONS)
    .optional(),
  responses: z.record(
    z.string(),
    z.looseObject({ content: z.record(z.string(), z.looseObject({})).optional() }),
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
      answers: new Map(
        Object.entries(operation.responses).map(([status, { content }]) => [
          Number(status),
          Object.keys(content ?? {}),
        ]),
      ),
    })),
  );
}
