import * as path from "node:path";
import cellProgram from "../../platform";
import { EXIT, type ExitCode } from "../../tenants/cli/exit-codes";
import { LiveReporter } from "../../tenants/cli/render/live";
import { PlainReporter } from "../../tenants/cli/render/plain";
import { runTasks } from "../../tenants/cli/runner";
import { Engine } from "../../tenants/engine";
import { startLocalCloud } from "..";
import { startService } from "../onboarding";
import { clientFor } from "../onboarding/client";
import { onboardTenants } from "./tenants";
import { repositoryRoot } from "../paths";
import { PLATFORM_PROJECT } from "../../components/rules/projects";
import { LOCAL_CELL, readCellSettings } from "./cell";

/** The tenants of the reference architecture. */
const TENANTS = ["acme", "globex"];

const GUARDRAILS = path.join(repositoryRoot, "policy", "guardrails");

const NEXT = `
Both tenants are up, each with its own namespace and its own database. Look around:

  eval "$(npm run -s local -- env)"
  pulumi stack ls --all
  kubectl get namespaces
  npx tenantry show acme                the service: also list, operations, events, audit, plan, suspend …
  npx tenantry engine show acme         the engine, without the service

Throw it all away with: npm run local -- reset
`;

/** What `npm start` does once everything is built: the local cloud, a cell in it, the service, and two tenants through it. */
async function start(): Promise<ExitCode> {
  const began = Date.now();
  const say = (what: string) =>
    process.stdout.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)}s  ${what}\n`);

  say("starting the local cloud");
  const { cloud, env } = await startLocalCloud({ onProgress: say });
  Object.assign(process.env, env);

  say(`building the cell '${LOCAL_CELL}'`);
  const code = await buildCell();
  if (code !== EXIT.ok) return code;

  const access = await startService({ cloud, env, onProgress: say });
  Object.assign(process.env, access);
  say(`its API listens at ${access.TENANTRY_API_URL}, described at /docs`);

  say(`onboarding ${TENANTS.join(" and ")}`);
  const onboarded = await onboardTenants(clientFor(access), TENANTS);
  if (onboarded !== EXIT.ok) return onboarded;

  say("done");
  process.stdout.write(NEXT);
  return EXIT.ok;
}

async function buildCell(): Promise<ExitCode> {
  const engine = new Engine();
  const reporter = process.stderr.isTTY
    ? new LiveReporter(process.stderr)
    : new PlainReporter(process.stdout, process.stderr);
  try {
    const task = {
      tenant: LOCAL_CELL,
      run: (operation: Parameters<Parameters<typeof runTasks>[1][number]["run"]>[0]) =>
        engine.up({
          project: PLATFORM_PROJECT,
          stack: LOCAL_CELL,
          program: cellProgram,
          config: readCellSettings(LOCAL_CELL),
          policyPacks: [{ path: GUARDRAILS }],
          ...operation,
        }),
    };
    return await runTasks("up", [task], 1, reporter, () => undefined);
  } finally {
    engine.close();
  }
}

start().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = EXIT.failure;
  },
);
