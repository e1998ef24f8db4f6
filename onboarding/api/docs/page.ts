import { createHash } from "node:crypto";
import { z } from "zod";
import type { ApiDocument } from "../openapi";
import { type Html, html, raw } from "./html";
import { STYLE } from "./style";

/** The page, and the policy it is served with: it runs no script and loads nothing. */
export interface DocsPage {
  readonly text: string;
  readonly contentSecurityPolicy: string;
}

const schemaSchema = z.looseObject({ $ref: z.string().optional() }).optional();

const operationSchema = z.looseObject({
  operationId: z.string(),
  summary: z.string().optional(),
  description: z.string().optional(),
  tags: z.array(z.string()).default([]),
  "x-permission": z.string().optional(),
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        required: z.boolean().default(false),
        description: z.string().optional(),
        schema: schemaSchema,
      }),
    )
    .default([]),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: schemaSchema })) })
    .optional(),
  responses: z.record(
    z.string(),
    z.looseObject({
      description: z.string(),
      content: z.record(z.string(), z.looseObject({ schema: schemaSchema })).default({}),
    }),
  ),
});

interface Endpoint {
  readonly method: string;
  readonly path: string;
  readonly operation: z.infer<typeof operationSchema>;
}

/** Renders the document as one page that needs nothing else. */
export function docsPage(document: ApiDocument): DocsPage {
  const endpoints = endpointsOf(document);
  const tags = (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    endpoints: endpoints.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const text = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${document.info.title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${document.info.title} <small>${document.info.version}</small></h1>
          ${(document.info.description ?? "").split("\n").map(paragraph)}
          <p><a href="/openapi.json">openapi.json</a> (OpenAPI ${document.openapi})</p>
        </header>
        <nav aria-label="Contents">
          ${tags.map(({ name }) => html`<a href="#${name}">${name}</a> `)} <a href="#schemas">Schemas</a>
        </nav>
        <main>
          ${tags.map(
            ({ name, description, endpoints: own }) =>
              html`<section id="${name}">
                <h2>${name}</h2>
                <p>${description ?? ""}</p>
                ${own.map(endpointBlock)}
              </section>`,
          )}
          <section id="schemas">
            <h2>Schemas</h2>
            ${Object.entries(document.components?.schemas ?? {}).map(
              ([name, schema]) =>
                html`<details id="schema-${name}">
                  <summary>${name}</summary>
                  <pre>${JSON.stringify(schema, undefined, 2)}</pre>
                </details>`,
            )}
          </section>
        </main>
      </body>
    </html>`.text;
  const styled = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? "";
  const hash = createHash("sha256").update(styled).digest("base64");
  return {
    text,
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

function endpointsOf(document: ApiDocument): Endpoint[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: operationSchema.parse(operation),
    })),
  );
}

function endpointBlock({ method, path, operation }: Endpoint): Html {
  const permission = operation["x-permission"];
  return html`<details id="${operation.operationId}">
    <summary>
      <span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code>
      ${operation.summary ?? ""}
    </summary>
    ${paragraph(operation.description ?? "")}
    <p>
      Operation <code>${operation.operationId}</code>;
      ${permission === undefined ? "no token needed" : html`permission <code>${permission}</code>`}
    </p>
    ${parameterTable(operation.parameters)}
    ${Object.entries(operation.requestBody?.content ?? {}).map(
      ([type, { schema }]) => html`<p>Body: <code>${type}</code> ${schemaLink(schema)}</p>`,
    )}
    <table>
      <caption>
        Answers
      </caption>
      ${Object.entries(operation.responses).map(
        ([status, { description, content }]) =>
          html`<tr>
            <th scope="row">${status}</th>
            <td>${description}</td>
            <td>${Object.values(content).map(({ schema }) => schemaLink(schema))}</td>
          </tr>`,
      )}
    </table>
  </details>`;
}

function parameterTable(parameters: Endpoint["operation"]["parameters"]): Html {
  if (parameters.length === 0) return html``;
  return html`<table>
    <caption>
      Parameters
    </caption>
    ${parameters.map(
      (parameter) =>
        html`<tr>
          <th scope="row">${parameter.name}${parameter.required ? " *" : ""}</th>
          <td>${parameter.in}</td>
          <td>${parameter.description ?? ""} <code>${JSON.stringify(parameter.schema ?? {})}</code></td>
        </tr>`,
    )}
  </table>`;
}

function schemaLink(schema: z.infer<typeof schemaSchema>): Html {
  const name = schema?.$ref?.split("/").at(-1);
  return name === undefined ? html`` : html`<a href="#schema-${name}">${name}</a>`;
}

function paragraph(text: string): Html {
  const plain = text.replaceAll(/[*`]/g, "");
  return plain === "" ? html`` : html`<p>${plain}</p>`;
}
