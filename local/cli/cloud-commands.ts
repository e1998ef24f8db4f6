import type { Command } from "commander";
import { exportLines } from "../env";
import {
  chosenInstance,
  localCloudEnvironment,
  localCloudStatus,
  resetLocalCloud,
  startLocalCloud,
  stopLocalCloud,
} from "../index";
import { runWorker, serviceAccessIfAny, serviceStatus, startService } from "../onboarding";
import { SERVE_HINT, isServiceDown, statusReport } from "./status";

/** Adds the commands that start, stop and show the local cloud. `signal` is aborted by Ctrl-C. */
export function addCloudCommands(program: Command, signal: AbortSignal): void {
  const began = Date.now();
  const say = (message: string) =>
    process.stderr.write(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)}s ${message}\n`);

  program
    .command("up")
    .description(
      "start what is not running: PostgreSQL, Kubernetes, and a PULUMI_HOME with the provider plugins",
    )
    .action(async () => {
      await startLocalCloud({ onProgress: say, signal });
      say(`The local cloud "${chosenInstance()}" is up. Use it: eval "$(npm run -s local -- env)"`);
      const service = serviceStatus(localCloudStatus().directory);
      if (service.api === undefined || service.worker === undefined) say(SERVE_HINT);
    });

  program
    .command("serve")
    .description("start the onboarding service anew: its API, and a worker")
    .action(async () => {
      const { cloud, env } = await startLocalCloud({ onProgress: say, signal });
      const { TENANTRY_API_URL } = await startService({ cloud, env, onProgress: say });
      say(`The onboarding service listens at ${TENANTRY_API_URL}; its API's page: ${TENANTRY_API_URL}/docs`);
    });

  program
    .command("worker")
    .description("run one more worker here, until Ctrl-C")
    .action(async () => {
      const { cloud, env } = localCloudEnvironment();
      process.exitCode = await runWorker({ cloud, env });
    });

  program
    .command("stop")
    .description("stop the daemons; data stays")
    .action(async () => {
      const stopped = await stopLocalCloud({ onProgress: say, signal });
      say(stopped ? "Stopped." : "Nothing was running.");
    });

  program
    .command("reset")
    .description("stop the daemons and delete the local cloud with all its data")
    .action(async () => {
      await resetLocalCloud({ onProgress: say, signal });
      say(`The local cloud "${chosenInstance()}" is deleted.`);
    });

  program
    .command("status")
    .description("say what runs, and where; exit code 3 if anything that was started does not")
    .option("--json", "for machines")
    .action(({ json }: { json?: boolean }) => {
      const status = localCloudStatus();
      const { text, document, isUp } = statusReport(status, serviceStatus(status.directory));
      process.exitCode = isUp ? 0 : 3;
      process.stdout.write(json === true ? `${JSON.stringify(document)}\n` : text);
    });

  program
    .command("env")
    .description('print exports for a shell: eval "$(npm run -s local -- env)"')
    .action(async () => {
      const status = localCloudStatus();
      if (!status.postgres.up || !status.kubernetes.up) {
        throw new Error(`The local cloud "${status.instance}" is not up. Start it with: npm run local -- up`);
      }
      const { env, bin } = localCloudEnvironment();
      const { PATH: _, ...variables } = env;
      const access = await serviceAccessIfAny(status.directory);
      process.stdout.write(exportLines({ ...variables, ...access }, bin));
      if (isServiceDown(serviceStatus(status.directory))) process.stderr.write(`${SERVE_HINT}\n`);
    });
}
