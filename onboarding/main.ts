import pino from "pino";
import {
  type Running,
  SettingsError,
  loadAwsAccount,
  loadWorkerService,
  readSettings,
  readWorkerSettings,
  startApiService,
  startTracing,
} from "./service";

/** What each role starts. */
const ROLES = { api: startApi, worker: startWorker } as const;

/** Entry of the service in production: `node --require=tsx/cjs onboarding/main.ts api|worker`. */
async function main(role: string | undefined): Promise<void> {
  if (role !== "api" && role !== "worker") {
    throw new SettingsError(`the role is '${role ?? ""}': expected api or worker, as the only argument`);
  }
  const tracing = startTracing(role);
  const running = await ROLES[role]();
  const end = (): void => {
    void running
      .close()
      .then(() => tracing?.close())
      .then(() => process.exit(0));
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}

async function startApi(): Promise<Running> {
  const settings = readSettings(process.env);
  const log = pino({ level: settings.logLevel, base: { role: "api" } });
  const api = await startApiService({ settings, log });
  log.info({ url: api.url, operatorUrl: api.operatorUrl }, "api listens");
  return api;
}

function startWorker(): Promise<Running> {
  const settings = readWorkerSettings(process.env);
  const log = pino({ level: settings.logLevel, base: { role: "worker" } });
  const { region, archiveBucket, archiveKey, exportRole } = settings;
  const { AwsAccount } = loadAwsAccount();
  const { startWorkerService } = loadWorkerService();
  return startWorkerService({
    settings,
    account: (budget) =>
      new AwsAccount({
        region,
        budget,
        archives: { name: archiveBucket, keyArn: archiveKey },
        exportRoleArn: exportRole,
      }),
    log,
    // Whoever supervises the process starts it anew; what it had is taken up meanwhile.
    onLost: () => process.exit(1),
  });
}

main(process.argv[2]).catch((error: unknown) => {
  const shown =
    error instanceof SettingsError ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${shown}\n`);
  process.exitCode = 1;
  setImmediate(() => process.exit());
});
