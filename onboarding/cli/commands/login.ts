import type { Command } from "commander";
import { EXIT, type ExitCode } from "../../../tenants/cli/exit-codes";
import { TenantryClient, type TokenProvider, clientCredentials, fixedToken } from "../../client";
import { credentialsFile, writeCredentialsFile } from "../credentials";
import { UsageError } from "../failure";
import { loadPersonLogin } from "../lazy.cjs";
import type { CommonOptions, Session } from "../session";
import {
  type ConnectionSettings,
  type PersonSettings,
  VARIABLES,
  checkPerson,
  checkSettings,
  fromEnvironment,
  isEnvironmentMeant,
} from "../settings";
import type { Surroundings } from "../surroundings";
import { common, parseCount } from "./options";

interface LoginFlags extends CommonOptions, Partial<ConnectionSettings> {
  /** Undefined where nothing is said of it. */
  readonly browser?: boolean;
  readonly redirectPort: number;
}

/** Who has logged in, and as what. */
interface Login {
  readonly settings: ConnectionSettings | PersonSettings;
  readonly name: string;
  /** What it is tried with. */
  readonly tokens: TokenProvider;
}

/** The flag of each setting. */
const FLAGS = {
  apiUrl: "--api-url",
  issuer: "--issuer",
  clientId: "--client-id",
  clientSecret: "--client-secret",
} as const satisfies Record<keyof ConnectionSettings, string>;

/** Port that the issuer's answer to a person's login comes to; IANA has given it to nobody. */
const DEFAULT_REDIRECT_PORT = 8710;

/** Adds `login`. */
export function addLogin(program: Command, session: Session, end: (code: ExitCode) => void): void {
  common(
    program
      .command("login")
      .description(
        "log in at the issuer in a browser, or as a program by its secret, and keep that for the commands to come",
      )
      .option(`${FLAGS.apiUrl} <url>`, `the API's URL (default: $${VARIABLES.apiUrl})`)
      .option(`${FLAGS.issuer} <url>`, `the OIDC issuer's URL (default: $${VARIABLES.issuer})`)
      .option(`${FLAGS.clientId} <id>`, `the client (default: $${VARIABLES.clientId})`)
      .option(
        `${FLAGS.clientSecret} <->`,
        `log in as a program: - reads the client's secret from standard input (default: $${VARIABLES.clientSecret})`,
      )
      .option("--browser", "log in as a person, whatever secret the environment has")
      .option("--no-browser", "the same, and only print the page's address")
      .option(
        "--redirect-port <port>",
        "where a person's browser comes back to: http://localhost:<port>/callback is registered with the client; 0 for any",
        parseCount("--redirect-port", 0, 65_535),
        DEFAULT_REDIRECT_PORT,
      ),
    "login --api-url https://tenantry.example.com --issuer https://login.example.com --client-id 4k2j",
    "login --api-url https://tenantry.example.com --issuer https://login.example.com --client-id ci --client-secret -",
  ).action(async (flags: LoginFlags) => {
    const { settings, name, tokens } = isPerson(flags, session)
      ? await asPerson(flags, session)
      : await asProgram(flags, session);
    const { apiUrl, issuer, clientId } = settings;
    // Something that every role may read: the token counts, and the API is one.
    await new TenantryClient({ url: apiUrl, tokens }).api.GET("/v1/tiers");
    const { env } = session.surroundings;
    const file = credentialsFile(env);
    writeCredentialsFile(file, settings);
    session.show(
      { apiUrl, issuer, clientId, name, file },
      flags,
      () => `logged in at ${apiUrl} as ${name}; kept in ${file}\n`,
    );
    if (isEnvironmentMeant(env)) session.note("in this shell TENANTRY_… of the environment count before it");
    end(EXIT.ok);
  });
}

function isPerson({ browser, clientSecret }: LoginFlags, { surroundings }: Session): boolean {
  return (
    browser !== undefined || (clientSecret ?? fromEnvironment(surroundings.env).clientSecret) === undefined
  );
}

async function asPerson(flags: LoginFlags, session: Session): Promise<Login> {
  const { surroundings } = session;
  const { apiUrl, issuer, clientId } = { ...fromEnvironment(surroundings.env), ...given(flags) };
  const settings = checkPerson({ apiUrl, issuer, clientId }, (key) => FLAGS[key]);
  const interrupt = surroundings.listenForInterrupt();
  try {
    const { name, accessToken, refreshToken } = await loadPersonLogin().logIn({
      ...settings,
      redirectPort: flags.redirectPort,
      show: async (url) => {
        const isOpened = flags.browser !== false && (await surroundings.openBrowser(url));
        session.note(`${isOpened ? "the browser opens" : "open in a browser of this machine"}: ${url}`);
      },
      signal: interrupt.signal,
    });
    return { settings: { ...settings, refreshToken }, name, tokens: fixedToken(accessToken) };
  } finally {
    interrupt.release();
  }
}

async function asProgram(flags: LoginFlags, { surroundings }: Session): Promise<Login> {
  const settings = checkSettings(
    { ...fromEnvironment(surroundings.env), ...given(flags), ...(await secretIn(flags, surroundings)) },
    (key) => FLAGS[key],
  );
  return { settings, name: settings.clientId, tokens: clientCredentials(settings) };
}

/** A secret never comes as an argument: every user of the machine sees those in the list of processes. */
async function secretIn(
  { clientSecret }: LoginFlags,
  surroundings: Surroundings,
): Promise<Partial<ConnectionSettings>> {
  if (clientSecret === undefined) return {};
  if (clientSecret !== "-") {
    throw new UsageError(
      `${FLAGS.clientSecret} has a value that every list of processes shows: expected - to have it read from ` +
        `standard input, or ${VARIABLES.clientSecret}`,
    );
  }
  const text = surroundings.canAsk()
    ? await surroundings.askSecret("client secret: ")
    : await surroundings.readInput();
  return text.trim() === "" ? {} : { clientSecret: text.trim() };
}

/** What the flags say, without the secret. */
function given({ apiUrl, issuer, clientId }: LoginFlags): Partial<ConnectionSettings> {
  return Object.fromEntries(
    Object.entries({ apiUrl, issuer, clientId }).filter(([, value]) => value !== undefined && value !== ""),
  );
}
