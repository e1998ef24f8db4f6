import { Argument, Command, InvalidArgumentError } from "commander";
import { readCloud } from "../cloud";
import {
  AccountConnection,
  CallLog,
  Cipher,
  ResourceStore,
  RetainedStore,
  SettingsStore,
  type ResourceRow,
} from "./account";
import { LocalAccount } from "./account-api";
import { drift, forget, rotateMasterPassword } from "./account-changes";
import { CATALOGS } from "./catalog";
import { parseJson, type PropertyValue } from "./framework/values";

/** What a command works with. */
interface Access {
  connection: AccountConnection;
  store: ResourceStore;
  settings: SettingsStore;
  calls: CallLog;
  retained: RetainedStore;
  /** The cloud's address book. */
  cloud: ReturnType<typeof readCloud>;
}

/**
 * The command group `aws`: looks into the local account and changes it behind Pulumi's back.
 *
 * @param cloudFile Where the local cloud's address book is.
 */
export function awsCommand(cloudFile: () => string): Command {
  const aws = new Command("aws").description(
    "look into the local AWS account, and change it behind Pulumi's back",
  );
  const within = (action: (access: Access) => Promise<void>): Promise<void> =>
    withAccess(cloudFile(), action);
  addLooking(aws, within);
  addSettings(aws, within);
  addChanges(aws, within, cloudFile);
  return aws;
}

type Within = (action: (access: Access) => Promise<void>) => Promise<void>;

function addLooking(aws: Command, within: Within): void {
  aws
    .command("list")
    .description("every resource of the account")
    .option("--json", "as JSON, with inputs and outputs; secrets left out")
    .option("--owned", "also what AWS makes by itself, such as default security groups")
    .option("--retained", "what deletions left: snapshots, keys and secrets in their recovery window")
    .action((options: { json?: boolean; owned?: boolean; retained?: boolean }) =>
      within(async ({ store, retained }) => {
        if (options.retained === true) return print(options.json, await retained.list(), retainedLine);
        print(options.json, (await store.all(options.owned)).map(withoutSecrets), resourceLine);
      }),
    );
  aws
    .command("calls")
    .description("what was called and how it ended")
    .option("--last <count>", "the latest calls one by one", wholeNumber)
    .option("--clear", "empty the log")
    .option("--json", "as JSON")
    .action((options: { last?: number; clear?: boolean; json?: boolean }) =>
      within(async ({ calls }) => {
        if (options.clear === true) return calls.clear();
        if (options.last !== undefined) {
          return print(options.json, await calls.latest(options.last), (call) =>
            [call.at.toISOString(), call.service, call.operation, call.resource, call.outcome].join("  "),
          );
        }
        print(options.json, await calls.summary(), (row) =>
          [String(row.count).padStart(6), row.service, row.operation, row.outcome].join("  "),
        );
      }),
    );
}

function addSettings(aws: Command, within: Within): void {
  aws
    .command("quota")
    .description("show the quotas, or set one")
    .argument("[key]", "such as rds.instances")
    .argument("[value]", "a number, or `default`")
    .action((key: string | undefined, value: string | undefined) =>
      within(async ({ settings }) => {
        if (key === undefined) return printQuotas((await settings.get()).quotas);
        if (!KNOWN_QUOTAS.has(key)) {
          throw new InvalidArgumentError(
            `"${key}" is no quota; expected one of ${[...KNOWN_QUOTAS.keys()].join(", ")}`,
          );
        }
        await settings.setQuota(
          key,
          value === undefined || value === "default" ? undefined : wholeNumber(value),
        );
      }),
    );
  aws
    .command("throttle")
    .description("show the rate limits, or set a service's")
    .argument("[service]", 'such as "Route 53"')
    .argument("[rate]", "calls a second, or `off`")
    .option("--burst <calls>", "calls at once after a pause; the rate unless given", positive)
    .option("--code <code>", "AWS error code of a refused call", "Throttling")
    .action(
      (service: string | undefined, rate: string | undefined, options: { burst?: number; code: string }) =>
        within(async ({ settings }) => {
          if (service === undefined || rate === undefined) {
            return print(
              false,
              (await settings.get()).throttles,
              (limit) => `${limit.service}  ${limit.rate}/s  ${limit.code}`,
            );
          }
          if (rate === "off") return settings.setThrottle(service, undefined);
          const perSecond = positive(rate);
          await settings.setThrottle(service, {
            rate: perSecond,
            burst: options.burst ?? Math.max(1, perSecond),
            code: options.code,
          });
        }),
    );
  aws
    .command("latency")
    .description("multiply AWS's own delays; 0, the default, means none")
    .argument("<factor>", "such as 0.1", Number)
    .action((latencyFactor: number) => within(({ settings }) => settings.set({ latencyFactor })));
  aws
    .command("forgetful")
    .description(
      "as on AWS, what an engine that was killed had made is not found again by another; off, the default, it is",
    )
    .addArgument(new Argument("<state>").choices(["on", "off"]))
    .action((state: string) => within(({ settings }) => settings.set({ forgetful: state === "on" })));
  aws
    .command("fault")
    .description("show the faults, or add one")
    .argument("[type]", "glob over types, such as aws:rds/*")
    .argument("[operation]", "glob over create, read, update, delete, invoke and over AWS operations", "*")
    .option("--probability <number>", "from 0 to 1", Number, 1)
    .option("--code <code>", "AWS error code; throttling and 5xx are retried", "ThrottlingException")
    .option("--message <text>", "AWS error message", "Rate exceeded")
    .option("--status <status>", "HTTP status", wholeNumber, 400)
    .option("--after", "strike after the effect took place")
    .option("--times <count>", "how often it strikes; for ever unless given", wholeNumber)
    .option("--clear", "remove all faults")
    .action((type: string | undefined, operation: string, options: FaultOptions) =>
      within(async ({ settings }) => {
        if (options.clear === true) return settings.removeFaults();
        if (type === undefined) {
          return print(false, (await settings.get()).faults, (fault) => JSON.stringify(fault));
        }
        await settings.addFault({
          type,
          operation,
          probability: options.probability,
          code: options.code,
          message: options.message,
          status: options.status,
          moment: options.after === true ? "after" : "before",
          remaining: options.times ?? null,
        });
      }),
    );
}

interface FaultOptions {
  probability: number;
  code: string;
  message: string;
  status: number;
  after?: boolean;
  times?: number;
  clear?: boolean;
}

function addChanges(aws: Command, within: Within, cloudFile: () => string): void {
  aws
    .command("drift")
    .description("change a resource behind Pulumi's back; `pulumi refresh` shows it")
    .argument("<id>", "id or ARN")
    .argument("[changes...]", "property=value, the value as JSON or as plain text")
    .option("--type <glob>", "where several resources have that id")
    .option("--delete", "delete the resource instead")
    .action((id: string, changes: string[], options: { type?: string; delete?: boolean }) =>
      within(async (access) => {
        if (options.delete === true)
          await forget(access.connection, access.store, { id, type: options.type });
        else
          await drift(
            access.connection,
            access.store,
            { id, type: options.type },
            Object.fromEntries(changes.map(change)),
          );
      }),
    );
  aws
    .command("backup")
    .description("take an automated backup of an RDS instance now: a point in time to restore it to")
    .argument("<identifier>", "the instance's identifier")
    .action(async (identifier: string) => {
      const account = new LocalAccount(readCloud(cloudFile()));
      try {
        const backup = await account.backup(identifier);
        console.log(`${backup.identifier}  ${backup.createdAt.toISOString()}  ${backup.bytes} bytes`);
      } finally {
        await account.close();
      }
    });
  aws
    .command("rotate")
    .description("rotate an RDS instance's managed master password, as Secrets Manager does")
    .argument("<identifier>", "the instance's identifier")
    .action((identifier: string) =>
      within((access) => rotateMasterPassword(access.cloud, access.store, identifier)),
    );
}

async function withAccess(cloudFile: string, action: (access: Access) => Promise<void>): Promise<void> {
  const cloud = readCloud(cloudFile);
  const connection = new AccountConnection(cloud.postgres);
  try {
    await action({
      cloud,
      connection,
      store: new ResourceStore(connection, new Cipher(cloud.postgres.password)),
      settings: new SettingsStore(connection),
      calls: new CallLog(connection),
      retained: new RetainedStore(connection),
    });
  } finally {
    await connection.close();
  }
}

const KNOWN_QUOTAS = new Map(
  CATALOGS.flatMap(({ resources, quotas = [] }) => [
    ...resources.flatMap((resource) => resource.quotas ?? []),
    ...quotas,
  ]).map(({ key, limit }) => [key, limit]),
);

function printQuotas(set: Readonly<Record<string, number>>): void {
  for (const [key, limit] of [...KNOWN_QUOTAS].sort()) {
    console.log(key in set ? `${key}  ${set[key]} (AWS default ${limit})` : `${key}  ${limit}`);
  }
}

function print<Row>(json: boolean | undefined, rows: readonly Row[], line: (row: Row) => string): void {
  if (json === true) console.log(JSON.stringify(rows, undefined, 2));
  else for (const row of rows) console.log(line(row));
}

function withoutSecrets(row: ResourceRow): ResourceRow {
  const keep = (values: ResourceRow["state"]): ResourceRow["state"] =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !row.secrets.includes(name)));
  return { ...row, inputs: keep(row.inputs), state: keep(row.state) };
}

function resourceLine(row: ResourceRow): string {
  return [row.type.padEnd(48), row.id, row.status === "available" ? "" : row.status].join("  ").trimEnd();
}

function retainedLine(row: { kind: string; name: string; expiresAt?: Date | undefined }): string {
  return [row.kind, row.name, row.expiresAt?.toISOString() ?? ""].join("  ").trimEnd();
}

function change(text: string): [string, PropertyValue] {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError(`"${text}" is no change; expected property=value`);
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), parseJson(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError(`"${text}" is not a whole number of 0 or more`);
  return value;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError(`"${text}" is not a number above 0`);
  return value;
}
