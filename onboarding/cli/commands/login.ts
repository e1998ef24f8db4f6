import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../../tenants/cli/exit-codes";
import { TenantryClient, clientCredentials } from "../../client";
import { credentialsFile, writeCredentialsFile } from "../credentials";
import type { CommonOptions, Session } from "../session";
import { type ConnectionSettings, VARIABLES, checkSettings, fromEnvironment } from "../settings";
import { common } from "./options";

interface LoginFlags extends CommonOptions, Partial<ConnectionSettings> {}

/** The flag of each setting. */
const FLAGS = {
  apiUrl: "--api-url",
  issuer: "--issuer",
  clientId: "--client-id",
  clientSecret: "--client-secret",
} as const satisfies Record<keyof ConnectionSettings, string>;

/** Adds `login`. */
export function addLogin(program: Command, session: Session, end: (code: ExitCode) => void): void {
  common(
    program
      .command("login")
      .description("try client credentials, and keep them for the commands to come")
      .option(`${FLAGS.apiUrl} <url>`, `the API's URL (default: $${VARIABLES.apiUrl})`)
      .option(`${FLAGS.issuer} <url>`, `the OIDC issuer's URL (default: $${VARIABLES.issuer})`)
      .option(`${FLAGS.clientId} <id>`, `the client (default: $${VARIABLES.clientId})`)
      .option(
        `${FLAGS.clientSecret} <secret>`,
        `its secret, or - to read it from standard input, where no list of processes shows it (default: $${VARIABLES.clientSecret})`,
      ),
    "login --api-url https://tenantry.example.com --issuer https://login.example.com --client-id ci --client-secret -",
  ).action(async (flags: LoginFlags) => {
    const settings = await settingsOf(flags, session);
    const client = new TenantryClient({ url: settings.apiUrl, tokens: clientCredentials(settings) });
    // Something that every role may read: the token counts, and the API is one.
    await client.api.GET("/v1/tiers");
    const file = credentialsFile(session.surroundings.env);
    writeCredentialsFile(file, settings);
    const { apiUrl, issuer, clientId } = settings;
    session.show(
      { apiUrl, issuer, clientId, file },
      flags,
      () => `logged in at ${apiUrl} as ${clientId}; kept in ${file}\n`,
    );
    end(EXIT.ok);
  });
}

async function settingsOf(flags: LoginFlags, { surroundings }: Session): Promise<ConnectionSettings> {
  const secret = flags.clientSecret === "-" ? (await surroundings.readInput()).trim() : flags.clientSecret;
  const { apiUrl, issuer, clientId } = flags;
  const given = Object.entries({ apiUrl, issuer, clientId, clientSecret: secret }).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const settings = { ...fromEnvironment(surroundings.env), ...Object.fromEntries(given) };
  return checkSettings(settings, (key) => FLAGS[key]);
}
