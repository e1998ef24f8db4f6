import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import pino from "pino";
import { removePostgres, startPostgres, stopPostgres } from "../../local/postgres";
import { ensureDatabase } from "../../local/postgres/database";
import { AUDIENCE, type TestIssuer, startIssuer } from "../../onboarding/auth/testing/issuer";
import { Registry } from "../../onboarding/registry";
import { readSettings, startApiService } from "../../onboarding/service";
import { specOf } from "./registry-world";
import { Wire } from "./wire";

/** What a test sends. */
interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type ApiService = Awaited<ReturnType<typeof startApiService>>;

/** The API as production starts it, on a PostgreSQL and with an issuer of a test's own. */
export class ApiServiceWorld {
  /** What it logged. */
  readonly log: string[] = [];
  private readonly directory = mkdtempSync(path.join(tmpdir(), "tenantry-api-"));
  private readonly key = randomBytes(32).toString("base64");
  private parts:
    { readonly issuer: TestIssuer; readonly wire: Wire; readonly databaseUrl: string } | undefined;
  private service: ApiService | undefined;

  /** Starts all but the API. */
  async begin(): Promise<void> {
    const postgres = await startPostgres({ directory: this.directory });
    await ensureDatabase(postgres, "tenantry");
    const wire = await Wire.to(postgres.port);
    const { user, password } = postgres;
    const databaseUrl = `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${wire.port}/tenantry`;
    this.parts = { issuer: await startIssuer(), wire, databaseUrl };
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(this.keyFile, JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid: "test" }));
  }

  /** Starts the API, with more variables than it needs, and with so much patience with its database. */
  async start(environment: Readonly<Record<string, string>> = {}, patienceMs?: number): Promise<ApiService> {
    const sink = new PassThrough();
    sink.on("data", (line: Buffer) => this.log.push(line.toString()));
    const settings = readSettings({
      TENANTRY_DATABASE_URL: this.started.databaseUrl,
      TENANTRY_KEY: this.key,
      TENANTRY_SIGNING_KEY_FILE: this.keyFile,
      TENANTRY_ISSUER: this.issuer.url,
      TENANTRY_AUDIENCE: AUDIENCE,
      TENANTRY_PORT: "0",
      TENANTRY_METRICS_PORT: "0",
      ...environment,
    });
    this.service = await startApiService({ settings, log: pino(sink), databasePatienceMs: patienceMs });
    return this.service;
  }

  /** Ends the API; what it stands on stays. */
  async stop(): Promise<void> {
    await this.service?.close();
    this.service = undefined;
  }

  /** Sends a request, as an admin. */
  async send(request: string, { headers, body }: Sent = {}): Promise<Response> {
    const [method = "", pathname = ""] = request.split(" ");
    return fetch(`${this.api.url}${pathname}`, {
      method,
      headers: {
        Authorization: `Bearer ${await this.issuer.token(["admin"])}`,
        "Content-Type": "application/json",
        ...headers,
      },
      body,
    });
  }

  /** Orders a tenant. */
  onboard(id: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.send("POST /v1/tenants", { headers, body: JSON.stringify(specOf(id)) });
  }

  /** Has the one cell ready, as a worker that looked at it. */
  async addCell(): Promise<void> {
    const registry = await Registry.open({ url: this.started.databaseUrl, key: this.key });
    const cell = { name: "eu-1", environment: "test", region: "eu-west-1", domain: "eu-1.example.com" };
    await registry.cells.record({ ...cell, capacity: 40, ready: true });
    await registry.close();
  }

  /** What is between the API and PostgreSQL. */
  get wire(): Wire {
    return this.started.wire;
  }

  get issuer(): TestIssuer {
    return this.started.issuer;
  }

  get api(): ApiService {
    if (this.service === undefined) throw new Error("the API is not started");
    return this.service;
  }

  /** Starts PostgreSQL again, on the same port and data. */
  async startPostgres(): Promise<void> {
    await startPostgres({ directory: this.directory });
  }

  async stopPostgres(): Promise<void> {
    await stopPostgres(this.directory);
  }

  /** Ends all of it. */
  async end(): Promise<void> {
    await this.stop();
    await this.parts?.issuer.close();
    await this.parts?.wire.close();
    await stopPostgres(this.directory);
    removePostgres(this.directory);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get keyFile(): string {
    return path.join(this.directory, "signing-key.json");
  }

  private get started() {
    if (this.parts === undefined) throw new Error("the world has not begun");
    return this.parts;
  }
}
