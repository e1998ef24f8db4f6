import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pino from "pino";
import { type ApiServer, createApi, serveApi } from "../../onboarding/api";
import { createAuthenticator } from "../../onboarding/auth";
import { AUDIENCE, type TestIssuer, startIssuer } from "../../onboarding/auth/testing/issuer";
import { checkTarget } from "../../onboarding/webhooks";
import { RegistryWorld } from "./registry-world";

/** Examples of each endpoint that are made up, beside those that cover the schema. */
const EXAMPLES = process.env["TENANTRY_EXAMPLES"] ?? "100";

/** Milliseconds between two looks for plans that nobody has begun. */
const LOOK_MS = 20;

/** What is expected of Schemathesis's checks where it is not plain. */
const CONFIG = path.join(__dirname, "schemathesis.toml");

/** The OpenAPI document against the API that serves it, on a real registry: Schemathesis makes up thousands of requests. */
describe("the API, asked by Schemathesis", function () {
  this.timeout("30 minutes");
  const world = new RegistryWorld();
  const faults: string[] = [];
  const over = new AbortController();
  let issuer: TestIssuer;
  let server: ApiServer;

  before(async () => {
    await world.begin();
    await world.fresh();
    issuer = await startIssuer();
    const { registry, requests } = world;
    const log = pino({ level: "error" }, { write: (line: string) => void faults.push(line) });
    const app = createApi({
      registry,
      requests,
      cells: registry.cells,
      authenticator: createAuthenticator({ issuers: [{ issuer: issuer.url, audience: AUDIENCE }] }),
      checkWebhookTarget: (url) => checkTarget(url),
      logger: log,
      settings: { requestsPerWindow: 1_000_000_000, planWaitMs: 200, planPollMs: 5 },
    });
    server = await serveApi(app, { host: "127.0.0.1", port: 0 });
    for (const id of ["acme", "globex"]) await activate(id);
  });

  after(async () => {
    await server.close();
    await issuer.close();
    await world.end();
  });

  async function activate(tenant: string): Promise<void> {
    const operation = await world.onboard(tenant);
    await world.begins(operation);
    await world.finishes(operation);
  }

  /** Plays the worker as far as plans go: who has many that do not end is refused more of them. */
  async function endPlans(): Promise<void> {
    while (!over.signal.aborted) {
      const plans = await world.registry.operations.list({ kind: "plan", status: "queued", limit: 100 });
      for (const plan of plans.items) await world.carriesOut(plan);
      await sleep(LOOK_MS);
    }
  }

  it("answers nothing that the document does not describe, and never with a 5xx", async () => {
    const url = `http://127.0.0.1:${server.port}`;
    const token = await issuer.token(["admin"], { expiresIn: 7200 });
    const plans = endPlans();
    const code = await schemathesis([
      `--config-file=${CONFIG}`,
      "run",
      `${url}/openapi.json`,
      "--checks=all",
      `--max-examples=${EXAMPLES}`,
      "--continue-on-failure",
      `--header=Authorization: Bearer ${token}`,
    ]);
    over.abort();
    await plans;
    expect(faults.slice(0, 3), "errors in the log").to.deep.equal([]);
    expect(code, "exit code of schemathesis").to.equal(0);
  });
});

function schemathesis(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    // It leaves what it learned where it runs.
    const child = spawn("schemathesis", args, { cwd: tmpdir(), stdio: "inherit" });
    child.once("error", () =>
      reject(new Error('schemathesis is not on PATH: pip install "schemathesis==4.*", then try again')),
    );
    child.once("close", resolve);
  });
}
