import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const schema = z.object({
  "current-context": z.string().optional(),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.string(),
        "certificate-authority": z.string().optional(),
        "certificate-authority-data": z.string().optional(),
      }),
    }),
  ),
  contexts: z.array(
    z.object({
      name: z.string(),
      context: z.object({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }),
    }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({
        token: z.string().optional(),
        "client-certificate": z.string().optional(),
        "client-certificate-data": z.string().optional(),
        "client-key": z.string().optional(),
        "client-key-data": z.string().optional(),
        exec: z
          .object({
            command: z.string(),
            args: z.array(z.string()).nullish(),
            env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
          })
          .optional(),
      }),
    }),
  ),
});

/** How to reach a cluster, and as whom. */
export interface ClusterAccess {
  readonly server: string;
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  /** A bearer token, made at the first need where a command makes it. */
  readonly token: (() => string) | undefined;
  readonly namespace: string;
}

/**
 * Reads a kubeconfig.
 *
 * @param source its contents or its path; by default KUBECONFIG or the user's own
 * @param contextName default: the current one
 * @throws Error naming what is missing in it
 */
export function readKubeconfig(source: string | undefined, contextName: string | undefined): ClusterAccess {
  const ambient = process.env["KUBECONFIG"] ?? path.join(os.homedir(), ".kube", "config");
  const text =
    source !== undefined && /[\n{]/.test(source) ? source : fs.readFileSync(source ?? ambient, "utf8");
  const config = schema.parse(text.trimStart().startsWith("{") ? JSON.parse(text) : parse(text));
  const name = contextName ?? config["current-context"];
  const context = named(config.contexts, name, "context").context;
  const { cluster } = named(config.clusters, context.cluster, "cluster");
  const { user } = named(config.users, context.user, "user");
  const { exec } = user;
  return {
    server: cluster.server.replace(/\/$/, ""),
    ca: bytes(cluster["certificate-authority-data"], cluster["certificate-authority"]),
    cert: bytes(user["client-certificate-data"], user["client-certificate"]),
    key: bytes(user["client-key-data"], user["client-key"]),
    token:
      user.token !== undefined
        ? () => user.token ?? ""
        : exec && (() => runExec(exec.command, exec.args, exec.env)),
    namespace: context.namespace ?? "default",
  };
}

function named<T extends { name: string }>(entries: readonly T[], name: string | undefined, what: string): T {
  const found = entries.find((entry) => entry.name === name);
  if (!found) throw new Error(`kubeconfig: ${what} '${name ?? ""}' is not in it`);
  return found;
}

function bytes(data: string | undefined, file: string | undefined): Buffer | undefined {
  if (data !== undefined) return Buffer.from(data, "base64");
  return file === undefined ? undefined : fs.readFileSync(file);
}

const credential = z.object({ status: z.object({ token: z.string() }) });

function runExec(
  command: string,
  args: readonly string[] | null | undefined,
  env: readonly { name: string; value: string }[] | null | undefined,
): string {
  const output = execFileSync(command, args ?? [], {
    env: { ...process.env, ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])) },
    encoding: "utf8",
  });
  return credential.parse(JSON.parse(output)).status.token;
}
