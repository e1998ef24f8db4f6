import { constants, setPriority } from "node:os";
import pino from "pino";
import { type Running, loadWorkerService, readSettings, startApiService } from "../../onboarding/service";
import { readCloud } from "../cloud";
import { startIssuer } from "../issuer";
import { instancePaths } from "../paths";
import { LocalCloudAccount } from "./account";
import { archivesOf, directoryOf, issuerOf } from "./directories";

/** Where the local cloud's webhooks may go besides: to receivers on this machine, over plain HTTP. */
const LOCAL_TARGETS = {
  allowInsecure: true,
  allowPrivate: ["127.0.0.0/8"],
  allowPorts: "any",
} as const;

/**
 * Process of the onboarding service on the local cloud: `main.ts <instance> api` or `main.ts <instance> worker`. The service
 * is the product's; only account, issuer and the absence of TLS are the local cloud's.
 */
async function main(instance: string, role: string): Promise<void> {
  const { root, cloudFile } = instancePaths(instance);
  const settings = readSettings(process.env);
  const log = pino({ level: settings.logLevel, base: { role } });
  const running: Running[] = [];
  let ending = false;
  const end = async (code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    await Promise.all(running.map((part) => part.close()));
    process.exit(code);
  };
  process.on("SIGTERM", () => void end(0));
  process.on("SIGINT", () => void end(0));
  if (role === "api") {
    running.push(await startIssuer({ directory: issuerOf(directoryOf(root)) }));
    const api = await startApiService({ settings, webhookTargets: LOCAL_TARGETS, log });
    running.push(api);
    log.info({ url: api.url, operatorUrl: api.operatorUrl }, "api listens");
    return;
  }
  // Everything shares one machine here: what the engine starts yields to whoever waits for an answer of the API.
  setPriority(constants.priority.PRIORITY_LOW);
  const account = new LocalCloudAccount(readCloud(cloudFile), archivesOf(directoryOf(root)));
  running.push(
    await loadWorkerService().startWorkerService({
      settings,
      account: () => account,
      databaseTls: false,
      webhookTargets: LOCAL_TARGETS,
      log,
      onLost: () => process.exit(1),
    }),
  );
  // Whoever supervises this process learns that it has begun to work.
  process.send?.("started");
}

const [, , instance = "", role = ""] = process.argv;
main(instance, role).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
