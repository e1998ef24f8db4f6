import { type TokenProvider, clientCredentials, fixedToken, personCredentials } from "../client";
import { credentialsFile, writeCredentialsFile } from "./credentials";
import type { Settings } from "./settings";

/** The tokens that requests are made with. A refresh token that the issuer gives anew is kept where the last one was. */
export function tokensOf(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): TokenProvider {
  if ("token" in settings) return fixedToken(settings.token);
  if ("clientSecret" in settings) return clientCredentials(settings);
  return personCredentials({
    ...settings,
    onNewRefreshToken: (refreshToken) =>
      writeCredentialsFile(credentialsFile(env), { ...settings, refreshToken }),
  });
}
