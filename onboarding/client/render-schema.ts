import * as path from "node:path";
import openapiTypescript, { astToString } from "openapi-typescript";
import { format, resolveConfig } from "prettier";
import { z } from "zod";
import { readApiDocument } from "./document";

/** The file that holds the API's types. */
export const SCHEMA_FILE = path.join(__dirname, "schema.ts");

const HEADER = `/* eslint-disable -- made by: npm run docs */
// The API's types, made from its OpenAPI document. What is changed here by hand is lost.

`;

const documentSchema = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.looseObject({})) })),
  ),
});

/** The API's types as TypeScript text, as it belongs into {@link SCHEMA_FILE}. */
export async function renderSchema(): Promise<string> {
  const document = withoutProblems(documentSchema.parse(JSON.parse(await readApiDocument())));
  const types = astToString(await openapiTypescript(JSON.stringify(document), { defaultNonNullable: false }));
  const settings = await resolveConfig(SCHEMA_FILE);
  return format(`${HEADER}${types}`, { ...settings, filepath: SCHEMA_FILE });
}

/**
 * The document with the answers only that a client is given: problems are thrown, and are the same everywhere. A tenth of
 * the types is left.
 */
function withoutProblems(document: z.output<typeof documentSchema>) {
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      const good = Object.entries(operation.responses).filter(([status]) => Number(status) < 300);
      operation.responses = Object.fromEntries(
        good.map(([status, answer]) => [status, { ...answer, headers: {} }]),
      );
    }
  }
  return document;
}
