import { expect } from "chai";
import { z } from "zod";
import { type TestIssuer, startIssuer } from "../auth/testing/issuer";
import { type DocumentedEndpoint, endpointsOf } from "./testing/document";
import { FakeService } from "./testing/fakes";

const CHANGE = [400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 502, 503, 504, 507];

describe("the OpenAPI document", () => {
  let issuer: TestIssuer;
  let text: string;
  let endpoints: DocumentedEndpoint[];

  before(async () => {
    issuer = await startIssuer();
    text = await (await new FakeService().api(issuer.url).request("/openapi.json")).text();
    endpoints = endpointsOf(JSON.parse(text));
  });
  after(() => issuer.close());

  it("is OpenAPI 3.1", () => {
    expect(JSON.parse(text)).to.include({ openapi: "3.1.0" });
  });

  it("resolves every reference", () => {
    const { components } = z
      .looseObject({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }).loose() })
      .parse(JSON.parse(text));
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name ?? "",
    );
    expect(names).to.have.length.above(100);
    expect(names.filter((name) => !(name in components.schemas))).to.deep.equal([]);
    expect(text.match(/"\$ref":"(?!#\/components\/schemas\/)/)).to.equal(null);
  });

  it("is told anew only where it is another", async () => {
    const app = new FakeService().api(issuer.url);
    const { headers } = await app.request("/openapi.json");
    expect(headers.get("Cache-Control")).to.equal("no-cache");
    const ask = (etag: string) => app.request("/openapi.json", { headers: { "If-None-Match": etag } });
    const same = await ask(headers.get("ETag") ?? "");
    expect([same.status, await same.text(), same.headers.get("ETag")]).to.deep.equal([
      304,
      "",
      headers.get("ETag"),
    ]);
    const other = await ask('"another"');
    expect([other.status, await other.text()]).to.deep.equal([200, text]);
  });

  it("tells of Idempotency-Replayed wherever there is an Idempotency-Key", () => {
    const keyed = endpoints.filter(({ parameters }) => parameters.includes("Idempotency-Key"));
    expect(keyed).to.have.length(14);
    const silent = keyed.flatMap(({ operationId, headers }) =>
      [...headers]
        .filter(([status, names]) => status < 300 && !names.includes("Idempotency-Replayed"))
        .map(([status]) => `${operationId} ${status}`),
    );
    expect(silent).to.deep.equal([]);
  });

  it("names each operation once", () => {
    const ids = endpoints.map(({ operationId }) => operationId);
    expect(ids).to.have.length(30);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it("has a schema for every answer that has a body", () => {
    const bodiless = endpoints.flatMap(({ operationId, answers }) =>
      [...answers].filter(([, types]) => types.length === 0).map(([status]) => `${operationId} ${status}`),
    );
    expect(bodiless).to.deep.equal(["getTenant 304", "streamOperation 204", "deleteWebhook 204"]);
  });

  it("tells of problems as problem documents, everywhere", () => {
    const others = endpoints.flatMap(({ operationId, answers }) =>
      [...answers]
        .filter(([status, types]) => status >= 400 && !types.includes("application/problem+json"))
        .map(([status]) => `${operationId} ${status}`),
    );
    expect(others).to.deep.equal([]);
  });

  it("has every endpoint under /v1 say what it answers to bad tokens, roles, limits and a database that is gone", () => {
    const silent = endpoints
      .filter(({ path }) => path.startsWith("/v1/"))
      .filter(({ answers }) => [400, 401, 403, 429, 500, 503].some((status) => !answers.has(status)));
    expect(silent).to.deep.equal([]);
  });

  it("has every endpoint of one thing say that it may not be there", () => {
    expect(endpoints.filter(({ path, answers }) => path.includes("{id}") && !answers.has(404))).to.deep.equal(
      [],
    );
  });

  it("has every change of a tenant say all it may answer", () => {
    const changes = endpoints.filter(
      ({ method, path }) => (method === "POST" || method === "PATCH") && path.startsWith("/v1/tenants"),
    );
    expect(changes).to.have.length(11);
    for (const { operationId, answers } of changes) {
      expect([...answers.keys()].sort(), operationId).to.include.members([200, 202, ...CHANGE]);
    }
    expect(endpoints.find(({ operationId }) => operationId === "updateTenant")?.answers.has(428)).to.equal(
      true,
    );
  });

  it("has an Idempotency-Key on every POST", () => {
    const { paths } = z
      .looseObject({
        paths: z.record(
          z.string(),
          z.looseObject({
            post: z.looseObject({ parameters: z.array(z.looseObject({ name: z.string() })) }).optional(),
          }),
        ),
      })
      .parse(JSON.parse(text));
    const without = Object.entries(paths)
      .filter(
        ([, { post }]) =>
          post !== undefined && !post.parameters.some(({ name }) => name === "Idempotency-Key"),
      )
      .map(([path]) => path);
    expect(without).to.deep.equal([]);
  });

  it("has a page that runs no script and loads nothing", async () => {
    const response = await new FakeService().api(issuer.url).request("/docs");
    const page = await response.text();
    expect(response.headers.get("Content-Security-Policy")).to.match(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(page).to.not.match(/<script|<link|<img|src=|url\(|@import|javascript:/i);
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? "");
    expect(links.filter((link) => !link.startsWith("#"))).to.deep.equal(["/openapi.json"]);
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => `#${id}`));
    expect(links.filter((link) => link.startsWith("#") && !ids.has(link))).to.deep.equal([]);
    for (const { operationId } of endpoints) expect(page).to.include(`id="${operationId}"`);
  });
});
