import { isIP } from "node:net";
import * as path from "node:path";
import { z } from "zod";
import { credentialsFile, readCredentialsFile } from "./credentials";
import { UsageError } from "./failure";

/** Where the API is, and who asks. */
export interface ConnectionSettings {
  readonly apiUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The variable of each setting. */
export const VARIABLES = {
  apiUrl: "TENANTRY_API_URL",
  issuer: "TENANTRY_ISSUER",
  clientId: "TENANTRY_CLIENT_ID",
  clientSecret: "TENANTRY_CLIENT_SECRET",
} as const satisfies Record<keyof ConnectionSettings, string>;

type Environment = Readonly<Record<string, string | undefined>>;

const KEYS = ["apiUrl", "issuer", "clientId", "clientSecret"] as const;

const settingsSchema = z.object({
  apiUrl: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
});

/**
 * Where the API is: as the environment says, or else as the last `login` left it. Never half of one and half of the other,
 * or a secret would be sent to an address that it was not made for.
 *
 * @throws UsageError where something is missing or wrong
 */
export function readSettings(env: Environment): ConnectionSettings {
  if (KEYS.some((key) => given(env[VARIABLES[key]]) !== undefined && key !== "issuer")) {
    return checkSettings(fromEnvironment(env), (key) => VARIABLES[key]);
  }
  const file = credentialsFile(env);
  const text = readCredentialsFile(file);
  if (text === undefined) {
    throw new UsageError(
      `the API is not known: expected ${KEYS.map((key) => VARIABLES[key]).join(", ")}, or a login\n` +
        '  on the local cloud: eval "$(npm run -s local -- env)"; else: tenantry login',
    );
  }
  const parsed = settingsSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(
      `${file}: ${issue?.path.join(".") || "the file"} is missing or wrong; run: tenantry login`,
    );
  }
  return checkSettings(parsed.data, (key) => `${path.basename(file)}: ${key}`);
}

/** The environment's settings; undefined for what it has not got. */
export function fromEnvironment(env: Environment): Partial<ConnectionSettings> {
  return Object.fromEntries(
    KEYS.flatMap((key) => {
      const value = given(env[VARIABLES[key]]);
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
}

/**
 * Checks that settings are whole, and that no secret would go over the wire in the clear.
 *
 * @param nameOf names a setting in an error
 * @throws UsageError
 */
export function checkSettings(
  settings: Partial<ConnectionSettings>,
  nameOf: (key: keyof ConnectionSettings) => string,
): ConnectionSettings {
  const { apiUrl, issuer, clientId, clientSecret } = settings;
  if (apiUrl === undefined || issuer === undefined || clientId === undefined || clientSecret === undefined) {
    const missing = KEYS.filter((key) => settings[key] === undefined).map(nameOf);
    throw new UsageError(`${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing`);
  }
  checkUrl(nameOf("apiUrl"), apiUrl);
  checkUrl(nameOf("issuer"), issuer);
  return { apiUrl, issuer, clientId, clientSecret };
}

function checkUrl(name: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const good = url?.protocol === "https:" || (url?.protocol === "http:" && isThisMachine(url.hostname));
  if (!good)
    throw new UsageError(`${name} is '${text}': expected an https URL, or an http one of this machine`);
}

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function given(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
