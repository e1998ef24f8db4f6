import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { JWK } from "jose";
import { z } from "zod";
import { CALL_RATES, type CallRates, parseCallRates } from "../budget";
import { DEFAULT_LIMITS, type WorkerLimits } from "../workflows/workshop";

/** Settings that cannot be used; the message names every variable that is wrong. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** Names of this machine, where a development issuer may do without TLS. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

const issuerSchema = z.string().refine(isIssuer, {
  error: ({ input }) => `'${String(input)}' is no issuer: expected an https:// URL without query or fragment`,
});

const cidrSchema = z.union([z.cidrv4(), z.cidrv6()], {
  error: ({ input }) => `'${String(input)}' is no network: expected one such as 10.0.0.0/16`,
});

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);

const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

const environmentSchema = z.object({
  /** URL of the registry's PostgreSQL database. */
  TENANTRY_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "expected a postgres:// URL" }),
  /** Seals webhooks' secrets: 32 bytes, base64. */
  TENANTRY_KEY: z
    .base64()
    .refine((key) => Buffer.from(key, "base64").length === 32, "expected 32 bytes as base64"),
  /** File with the private Ed25519 JWK that signs archives and certificates. */
  TENANTRY_SIGNING_KEY_FILE: z.string().min(1),
  /** OIDC issuers whose tokens count, separated by commas. */
  TENANTRY_ISSUER: z.string().transform(listed).pipe(z.array(issuerSchema).min(1, "expected an issuer")),
  /** Audiences of the tokens, separated by commas; a token is for one of them. */
  TENANTRY_AUDIENCE: z
    .string()
    .default("tenantry")
    .transform(listed)
    .pipe(z.array(z.string()).min(1, "expected an audience")),
  TENANTRY_HOST: z.string().default("127.0.0.1"),
  TENANTRY_PORT: port(8700),
  /** Port of readiness and metrics. */
  TENANTRY_METRICS_PORT: port(8701),
  /** Networks of the proxies whose X-Forwarded-For says who a client is, separated by commas. Default: none. */
  TENANTRY_TRUSTED_PROXIES: z.string().default("").transform(listed).pipe(z.array(cidrSchema)),
  /** Policy packs that judge every operation, directories separated by `:`. */
  TENANTRY_POLICY_PACKS: z.string().optional(),
  TENANTRY_SECRETS_PROVIDER: z.string().optional(),
  /** File with the certificates of RDS's authorities. */
  TENANTRY_DATABASE_CA_FILE: z.string().optional(),
  /** S3 bucket that archives are kept in; a production worker does not start without. */
  TENANTRY_ARCHIVE_BUCKET: z.string().min(1).optional(),
  /** ARN of the KMS key that encrypts archives. Default: the account's own aws/s3. */
  TENANTRY_ARCHIVE_KEY: z.string().min(1).optional(),
  /** ARN of the role that RDS exports snapshots as. Default: none, no snapshot is exported. */
  TENANTRY_EXPORT_ROLE: z.string().min(1).optional(),
  /** Name or ARN of the EventBridge bus that every event is published on. Default: none. */
  TENANTRY_EVENT_BUS: z.string().min(1).optional(),
  TENANTRY_WORKER_CONCURRENCY: count(DEFAULT_LIMITS.perWorker),
  TENANTRY_CELL_CONCURRENCY: count(DEFAULT_LIMITS.perCell),
  TENANTRY_CELL_CAPACITY: count(DEFAULT_LIMITS.cellCapacity),
  /** Calls to services of AWS, by all workers together, such as `route53=5,rds=2`. */
  TENANTRY_AWS_CALLS_PER_SECOND: z
    .string()
    .transform((text, { issues }): CallRates => {
      try {
        return parseCallRates(text);
      } catch (error) {
        issues.push({
          code: "custom",
          input: text,
          message: error instanceof Error ? error.message : String(error),
        });
        return z.NEVER;
      }
    })
    .default(CALL_RATES),
  TENANTRY_STEP_ATTEMPTS: count(DEFAULT_LIMITS.attempts),
  TENANTRY_STEP_TIMEOUT_SECONDS: count(DEFAULT_LIMITS.stepTimeoutMs / 1000),
  TENANTRY_RETRY_SECONDS: z.coerce.number().min(0.05).default(DEFAULT_LIMITS.retrySeconds),
  TENANTRY_PROBE_SECONDS: count(DEFAULT_LIMITS.probePatienceMs / 1000),
  TENANTRY_RETENTION_DAYS: z.coerce.number().int().min(0).default(DEFAULT_LIMITS.retentionDays),
  TENANTRY_SNAPSHOT_LIMIT: count(DEFAULT_LIMITS.snapshotLimit),
  TENANTRY_LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

/** How a service process is set up. */
export interface ServiceSettings {
  readonly databaseUrl: string;
  readonly key: string;
  readonly signingKey: JWK;
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly trustedProxies: readonly string[];
  readonly policyPacks: readonly string[];
  readonly secretsProvider: string | undefined;
  readonly databaseCaFile: string | undefined;
  readonly archiveBucket: string | undefined;
  readonly archiveKey: string | undefined;
  readonly exportRole: string | undefined;
  readonly eventBus: string | undefined;
  readonly limits: WorkerLimits;
  readonly callRates: CallRates;
  readonly logLevel: string;
}

/** The pack that judges where none is named. */
const GUARDRAILS = path.resolve(__dirname, "../../policy/guardrails");

/** What a worker on AWS must know besides. */
const workerSchema = environmentSchema
  .required({ TENANTRY_ARCHIVE_BUCKET: true, TENANTRY_DATABASE_CA_FILE: true })
  .extend({
    /** Region of the account. */
    AWS_REGION: z.string().min(1),
  });

/** How a worker on AWS is set up. */
export interface WorkerSettings extends ServiceSettings {
  readonly region: string;
  readonly archiveBucket: string;
  readonly databaseCaFile: string;
}

/** Variables as a process gets them. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Names of the variables, in the order of onboarding/README.md's table. */
export const SETTINGS: readonly string[] = Object.keys(workerSchema.shape);

/**
 * Reads the settings from environment variables; onboarding/README.md lists them.
 *
 * @throws SettingsError naming every variable that is missing or wrong, never its value where that is secret
 */
export function readSettings(environment: Environment): ServiceSettings {
  return settingsOf(parse(environmentSchema, environment));
}

/**
 * Reads the settings of a worker on AWS.
 *
 * @throws SettingsError as `readSettings` does
 */
export function readWorkerSettings(environment: Environment): WorkerSettings {
  const env = parse(workerSchema, environment);
  return {
    ...settingsOf(env),
    region: env.AWS_REGION,
    archiveBucket: env.TENANTRY_ARCHIVE_BUCKET,
    databaseCaFile: env.TENANTRY_DATABASE_CA_FILE,
  };
}

function parse<T>(schema: z.ZodType<T>, environment: Environment): T {
  // An empty variable is what a manifest makes of a missing one.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path: [key], message }) => {
    const name = String(key);
    return `${name}: ${given[name] === undefined ? "not set" : message}`;
  });
  throw new SettingsError(`the service's settings are wrong: ${problems.join("; ")}`);
}

function settingsOf(env: z.infer<typeof environmentSchema>): ServiceSettings {
  return {
    databaseUrl: env.TENANTRY_DATABASE_URL,
    key: env.TENANTRY_KEY,
    signingKey: readKey(env.TENANTRY_SIGNING_KEY_FILE),
    issuers: env.TENANTRY_ISSUER,
    audiences: env.TENANTRY_AUDIENCE,
    host: env.TENANTRY_HOST,
    port: env.TENANTRY_PORT,
    metricsPort: env.TENANTRY_METRICS_PORT,
    trustedProxies: env.TENANTRY_TRUSTED_PROXIES,
    policyPacks: (env.TENANTRY_POLICY_PACKS ?? GUARDRAILS).split(path.delimiter),
    secretsProvider: env.TENANTRY_SECRETS_PROVIDER,
    databaseCaFile: env.TENANTRY_DATABASE_CA_FILE,
    archiveBucket: env.TENANTRY_ARCHIVE_BUCKET,
    archiveKey: env.TENANTRY_ARCHIVE_KEY,
    exportRole: env.TENANTRY_EXPORT_ROLE,
    eventBus: env.TENANTRY_EVENT_BUS,
    limits: {
      perWorker: env.TENANTRY_WORKER_CONCURRENCY,
      perCell: env.TENANTRY_CELL_CONCURRENCY,
      cellCapacity: env.TENANTRY_CELL_CAPACITY,
      attempts: env.TENANTRY_STEP_ATTEMPTS,
      retrySeconds: env.TENANTRY_RETRY_SECONDS,
      stepTimeoutMs: env.TENANTRY_STEP_TIMEOUT_SECONDS * 1000,
      probePatienceMs: env.TENANTRY_PROBE_SECONDS * 1000,
      retentionDays: env.TENANTRY_RETENTION_DAYS,
      snapshotLimit: env.TENANTRY_SNAPSHOT_LIMIT,
    },
    callRates: env.TENANTRY_AWS_CALLS_PER_SECOND,
    logLevel: env.TENANTRY_LOG_LEVEL,
  };
}

/** Keys that come without TLS are anybody's. */
function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  if (search !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
}

function listed(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

function readKey(file: string): JWK {
  try {
    return z.looseObject({ kty: z.literal("OKP") }).parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new SettingsError(
      `TENANTRY_SIGNING_KEY_FILE is '${file}': expected a file with a private Ed25519 JWK`,
      {
        cause: error,
      },
    );
  }
}
