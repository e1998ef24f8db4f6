import { z } from "@hono/zod-openapi";
import { OPERATION_KINDS, OPERATION_STATUSES, PHASES } from "../../lifecycle";
import type { Operation } from "../../registry";
import { problemDocument } from "../problems/document";
import { pageSchema, timeSchema } from "./common";
import { problemSchema } from "./problem";
import { specSchema } from "./tenant-spec";

/** What an operation was asked. */
const inputSchema = z
  .object({
    spec: specSchema.optional(),
    patch: z.record(z.string(), z.unknown()).optional().openapi({
      description: "The merge patch of an update, which is applied to the spec when its turn comes.",
    }),
    reason: z.string().optional(),
    restore: z.union([z.object({ snapshot: z.string() }), z.object({ time: z.string() })]).optional(),
    retentionDays: z.number().optional(),
    force: z.boolean().optional(),
    planned: z.enum(OPERATION_KINDS).optional(),
  })
  .openapi("OperationInput");

/** An operation, as the API tells of it. */
export const operationSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    cell: z.string(),
    kind: z.enum(OPERATION_KINDS),
    status: z.enum(OPERATION_STATUSES),
    input: inputSchema,
    step: z.string().optional().openapi({ description: "The step it is at, or was at last." }),
    result: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({ description: "Facts for who asked: a plan, drift, a certificate." }),
    problem: problemSchema.optional(),
    phaseBefore: z.enum(PHASES),
    requestedBy: z.string(),
    requestId: z.string(),
    createdAt: timeSchema,
    startedAt: timeSchema.optional(),
    endedAt: timeSchema.optional(),
  })
  .openapi("Operation");

/** A page of operations. */
export const operationPageSchema = pageSchema("OperationPage", operationSchema);

/** An operation, ready to be told. */
export type OperationView = z.infer<typeof operationSchema>;

/** Makes an operation ready to be told. */
export function operationView(operation: Operation): OperationView {
  return operationSchema.parse({
    ...operation,
    problem: operation.problem && problemDocument(operation.problem),
    createdAt: operation.createdAt.toISOString(),
    startedAt: operation.startedAt?.toISOString(),
    endedAt: operation.endedAt?.toISOString(),
  });
}

const plannedResources = z
  .array(
    z
      .object({
        type: z.string(),
        name: z.string(),
        changed: z
          .array(z.string())
          .optional()
          .openapi({ description: "The properties that differ, where that is known." }),
      })
      .openapi("PlannedResource"),
  )
  .optional();

const costSchema = z
  .object({
    items: z.array(z.object({ what: z.string(), usdAMonth: z.number() })),
    usdAMonth: z.number().openapi({ description: "What the tenant costs afterwards." }),
    changeUsdAMonth: z.number().openapi({ description: "How much more than now." }),
  })
  .openapi("PlannedCost");

/** What would be done, what it costs, and what the policies say. */
export const planContentSchema = z
  .looseObject({
    create: plannedResources,
    update: plannedResources,
    replace: plannedResources,
    delete: plannedResources,
    changes: z
      .record(z.string(), z.int())
      .optional()
      .openapi({ description: "How many resources, by what is done to them." }),
    note: z.string().optional().openapi({ description: "What is done besides, in words." }),
    cost: costSchema.optional(),
    policies: z
      .array(z.object({ policy: z.string(), level: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: "What the policies have against it; empty where nothing." }),
  })
  .openapi("PlanContent");

/** What a dry run found. */
export const planSchema = z
  .object({
    operationId: z.string().openapi({ description: "The operation that planned it." }),
    tenantId: z.string(),
    planned: z.enum(OPERATION_KINDS).optional(),
    plan: planContentSchema,
  })
  .openapi("Plan");
