import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import type { LocalCloud } from "../cloud";
import { readIfPresent, writeSecretFile } from "../files";
import { withLock } from "../lock";
import { ensureDatabase } from "../postgres/database";
import { findFreePort } from "../postgres/ports";

/** Database of the registry and of the workflows. */
const REGISTRY_DATABASE = "tenantry";

/** What the service's processes are started with, besides the local cloud's own environment. */
export type ServiceEnvironment = Readonly<Record<string, string>>;

/**
 * Makes what the service needs the first time, and says how its processes are set up: database, keys and ports. The issuer
 * is given by its URL.
 *
 * @param directory the service's folder in the local cloud's
 */
export async function serviceEnvironment(
  { postgres }: LocalCloud,
  directory: string,
  issuer: string,
): Promise<ServiceEnvironment> {
  await ensureDatabase(postgres, REGISTRY_DATABASE);
  return withLock(path.join(directory, "lock"), async () => ({
    TENANTRY_DATABASE_URL: urlOf(postgres),
    TENANTRY_KEY: await kept(path.join(directory, "key"), () => randomBytes(32).toString("base64")),
    TENANTRY_SIGNING_KEY_FILE: await signingKey(directory),
    TENANTRY_ISSUER: issuer,
    TENANTRY_PORT: await kept(path.join(directory, "port"), freePort),
    TENANTRY_METRICS_PORT: await kept(path.join(directory, "metrics-port"), freePort),
    // Nobody waits half an hour for a database here.
    TENANTRY_RETRY_SECONDS: process.env["TENANTRY_RETRY_SECONDS"] ?? "0.5",
    TENANTRY_PROBE_SECONDS: process.env["TENANTRY_PROBE_SECONDS"] ?? "60",
  }));
}

function urlOf({ host, port, user, password }: LocalCloud["postgres"]): string {
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${REGISTRY_DATABASE}`;
}

async function freePort(): Promise<string> {
  return String(await findFreePort());
}

async function signingKey(directory: string): Promise<string> {
  const file = path.join(directory, "signing-key.json");
  await kept(file, async () => {
    const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
    return JSON.stringify({ ...(await exportJWK(privateKey)), kid: "local" });
  });
  return file;
}

async function kept(file: string, make: () => string | Promise<string>): Promise<string> {
  const text = readIfPresent(file);
  if (text !== undefined) return text;
  const made = await make();
  writeSecretFile(file, made);
  return made;
}
