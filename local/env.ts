import type { LocalCloud } from "./cloud";
import { accountDatabase } from "./postgres";

/** The environment that makes the Pulumi CLI, kubectl and psql work on a local cloud. */
export type LocalEnvironment = Record<string, string>;

/**
 * The variables that the product takes from its surroundings. PATH is not among them: what has to come before it is
 * given apart, because it depends on the shell that is asked.
 */
export function cloudEnvironment(cloud: LocalCloud): LocalEnvironment {
  return {
    PULUMI_HOME: cloud.pulumi.home,
    PULUMI_BACKEND_URL: cloud.pulumi.backendUrl,
    PULUMI_CONFIG_PASSPHRASE_FILE: cloud.pulumi.passphraseFile,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Nothing may be fetched from Pulumi's download site: what is not in PULUMI_HOME is an error at once.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // A stack's encryption salt is in its state, too: settings files are kept without it, as it belongs to one clone's
    // passphrase.
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
    KUBECONFIG: cloud.kubernetes.kubeconfig,
    DATABASE_URL: databaseUrl(cloud),
  };
}

/** How psql and drivers reach the account state's database as superuser. */
export function databaseUrl({ postgres }: LocalCloud): string {
  const credentials = `${encodeURIComponent(postgres.user)}:${encodeURIComponent(postgres.password)}`;
  return `postgres://${credentials}@${postgres.host}:${postgres.port}/${accountDatabase}`;
}

/** Lines for a shell's `eval`: an `export` of each variable, and of PATH with `bin` in front of it. */
export function exportLines(environment: LocalEnvironment, bin: string): string {
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`);
  return [...lines, `export PATH=${quote(`${bin}:`)}"$PATH"`].join("\n") + "\n";
}

/** Quotes a text for a POSIX shell so that it stays one word and nothing in it is expanded. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
