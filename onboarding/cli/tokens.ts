import { setTimeout as sleep } from "node:timers/promises";
import { type TokenProvider, clientCredentials, fixedToken, personCredentials } from "../client";
import { credentialsFile, writeCredentialsFile } from "./credentials";
import { type PersonSettings, type Settings, readSettings } from "./settings";
import type { Surroundings } from "./surroundings";

/** How often, and how long between, the file is looked at for what another command has got. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 200;

/** The tokens that requests are made with. A refresh token that the issuer gives anew is kept where the last one was. */
export function tokensOf(settings: Settings, env: Surroundings["env"]): TokenProvider {
  if ("token" in settings) return fixedToken(settings.token);
  if ("clientSecret" in settings) return clientCredentials(settings);
  return personCredentials({
    ...settings,
    onNewRefreshToken: (refreshToken) =>
      writeCredentialsFile(credentialsFile(env), { ...settings, refreshToken }),
    newerRefreshToken: (refused) => newerRefreshToken(settings, refused, env),
  });
}

/** What another command of the same login has written, or writes within a moment. */
async function newerRefreshToken(
  { issuer, clientId }: PersonSettings,
  refused: string,
  env: Surroundings["env"],
): Promise<string | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await sleep(BETWEEN_LOOKS_MS);
    const now = readSettings(env);
    if (!("refreshToken" in now) || now.issuer !== issuer || now.clientId !== clientId) return undefined;
    if (now.refreshToken !== refused) return now.refreshToken;
  }
  return undefined;
}
