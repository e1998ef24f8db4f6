import * as path from "node:path";
import { z } from "zod";
import { isSafeUrl } from "../client";
import { credentialsFile, readCredentialsFile } from "./credentials";
import { UsageError } from "./failure";
import type { Surroundings } from "./surroundings";

/** Where the API is, and a program that asks. */
export interface ConnectionSettings {
  readonly apiUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Where the API is, and a person who asks. */
export interface PersonSettings {
  readonly apiUrl: string;
  readonly issuer: string;
  /** The client that they logged in through. */
  readonly clientId: string;
  readonly refreshToken: string;
}

/** Where the API is, and a token that was got elsewhere. */
export interface TokenSettings {
  readonly apiUrl: string;
  readonly token: string;
}

/** Where the API is, and who asks. */
export type Settings = ConnectionSettings | PersonSettings | TokenSettings;

/** The variable of each setting. */
export const VARIABLES = {
  apiUrl: "TENANTRY_API_URL",
  issuer: "TENANTRY_ISSUER",
  clientId: "TENANTRY_CLIENT_ID",
  clientSecret: "TENANTRY_CLIENT_SECRET",
} as const satisfies Record<keyof ConnectionSettings, string>;

/** The variable of a token that was got elsewhere. */
export const TOKEN_VARIABLE = "TENANTRY_TOKEN";

const PERSON_KEYS = ["apiUrl", "issuer", "clientId"] as const;
const KEYS = [...PERSON_KEYS, "clientSecret"] as const;

const personSchema = z.object({
  apiUrl: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  refreshToken: z.string(),
});
const programSchema = z.object({
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
export function readSettings(env: Surroundings["env"]): Settings {
  const token = given(env[TOKEN_VARIABLE]);
  if (token !== undefined) return tokenSettings(env, token);
  if (isEnvironmentMeant(env)) return checkSettings(fromEnvironment(env), (key) => VARIABLES[key]);
  const file = credentialsFile(env);
  const text = readCredentialsFile(file);
  if (text === undefined) {
    throw new UsageError(
      `the API is not known: expected ${KEYS.map((key) => VARIABLES[key]).join(", ")}, or a login\n` +
        '  on the local cloud: eval "$(npm run -s local -- env)"; else: tenantry login',
    );
  }
  const nameOf = (key: string): string => `${path.basename(file)}: ${key}`;
  const person = personSchema.safeParse(parseJson(text));
  if (person.success) {
    checkUrls(person.data, nameOf);
    return person.data;
  }
  const program = programSchema.safeParse(parseJson(text));
  if (program.success) return checkSettings(program.data, nameOf);
  const [issue] = program.error.issues;
  throw new UsageError(
    `${file}: ${issue?.path.join(".") || "the file"} is missing or wrong; run: tenantry login`,
  );
}

/** Whether the environment says who asks, so that what the last `login` left does not count. */
export function isEnvironmentMeant(env: Surroundings["env"]): boolean {
  // The issuer alone is a setting of the service, too.
  const names = [TOKEN_VARIABLE, VARIABLES.apiUrl, VARIABLES.clientId, VARIABLES.clientSecret];
  return names.some((name) => given(env[name]) !== undefined);
}

/** The environment's settings; undefined for what it has not got. */
export function fromEnvironment(env: Surroundings["env"]): Partial<ConnectionSettings> {
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
    throw missing(KEYS.filter((key) => settings[key] === undefined).map(nameOf));
  }
  checkUrls({ apiUrl, issuer }, nameOf);
  return { apiUrl, issuer, clientId, clientSecret };
}

/**
 * Checks what a person logs in with, who has no secret to begin with.
 *
 * @param nameOf names a setting in an error
 * @throws UsageError
 */
export function checkPerson(
  settings: Partial<ConnectionSettings>,
  nameOf: (key: keyof ConnectionSettings) => string,
): Omit<PersonSettings, "refreshToken"> {
  const { apiUrl, issuer, clientId } = settings;
  if (apiUrl === undefined || issuer === undefined || clientId === undefined) {
    throw missing(PERSON_KEYS.filter((key) => settings[key] === undefined).map(nameOf));
  }
  checkUrls({ apiUrl, issuer }, nameOf);
  return { apiUrl, issuer, clientId };
}

function tokenSettings(env: Surroundings["env"], token: string): TokenSettings {
  const apiUrl = given(env[VARIABLES.apiUrl]);
  if (apiUrl === undefined) throw missing([VARIABLES.apiUrl]);
  checkUrl(VARIABLES.apiUrl, apiUrl);
  return { apiUrl, token };
}

function missing(names: readonly string[]): UsageError {
  return new UsageError(`${names.join(", ")} ${names.length === 1 ? "is" : "are"} missing`);
}

function checkUrls(
  { apiUrl, issuer }: Pick<ConnectionSettings, "apiUrl" | "issuer">,
  nameOf: (key: "apiUrl" | "issuer") => string,
): void {
  checkUrl(nameOf("apiUrl"), apiUrl);
  checkUrl(nameOf("issuer"), issuer);
}

function checkUrl(name: string, text: string): void {
  if (!isSafeUrl(text))
    throw new UsageError(`${name} is '${text}': expected an https URL, or an http one of this machine`);
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
