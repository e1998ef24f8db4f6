import { z } from "@hono/zod-openapi";
import { PROBLEMS, PROBLEM_BASE } from "../../lifecycle";

/** Problem details (RFC 9457), as every answer that is not what was asked for. */
export const problemSchema = z
  .looseObject({
    type: z.string().openapi({
      format: "uri",
      description: "Stable; tells programs what went wrong. A name: nothing is to be found at that address.",
      enum: Object.keys(PROBLEMS).map((type) => `${PROBLEM_BASE}${type}`),
    }),
    title: z.string().openapi({ description: "The kind of problem, in words." }),
    status: z.int().min(400).max(599),
    detail: z
      .string()
      .openapi({ description: "This very case: the field, its value and what was expected." }),
    instance: z.string().optional().openapi({ description: "The request, by its id." }),
    next: z.string().optional().openapi({ description: "What to do next." }),
    fields: z
      .array(
        z.object({
          field: z
            .string()
            .openapi({ description: "Path of the field, or name of the parameter or header." }),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .openapi("Problem", {
    description:
      "What went wrong, after RFC 9457. Members that are not listed say more, such as the operation in the way.",
    examples: [
      {
        type: `${PROBLEM_BASE}invalid-spec`,
        title: PROBLEMS["invalid-spec"].title,
        status: 422,
        detail: "database.size is 'huge': expected 'small', 'medium', 'large'",
        instance: "urn:tenantry:request:7f9c2ba4",
        fields: [
          { field: "database.size", message: "database.size is 'huge': expected 'small', 'medium', 'large'" },
        ],
      },
    ],
  });

/** A problem, as it is told. */
export type ProblemDocument = z.infer<typeof problemSchema>;
