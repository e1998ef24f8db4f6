import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import type { ClientRequest } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { commandLine } from "../processes";
import { readTools } from "../tools";
import { startKubernetes, stopKubernetes } from "./daemon";
import { type RunningKubernetes, runningKubernetes } from "./running";

/** kubectl with a kubeconfig: gives what it prints, and rejects with what it complains of. */
export interface Kubectl {
  (...args: string[]): Promise<string>;
  apply(...objects: object[]): Promise<string>;
}

/** kubectl with a kubeconfig, of the program `tenantry-kubernetes`. */
export function kubectlOf(binary: string, kubeconfig: string): Kubectl {
  const run = (args: string[], input = "") =>
    new Promise<string>((resolve, reject) => {
      const done = (error: Error | null, stdout: string, stderr: string) =>
        error ? reject(new Error(stderr)) : resolve(stdout);
      execFile(binary, ["kubectl", "--kubeconfig", kubeconfig, ...args], done).stdin?.end(input);
    });
  const apply = (...objects: object[]) =>
    run(
      ["apply", "--server-side", "-f", "-"],
      objects.map((object) => JSON.stringify(object)).join("\n---\n"),
    );
  return Object.assign((...args: string[]) => run(args), { apply });
}

/** A node that KWOK plays. */
export function fakeNode(name: string): object {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: { "kubernetes.io/hostname": name },
    },
  };
}

/** A pod of one container. */
export function podOf(namespace: string, name: string, securityContext: object = {}): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: { containers: [{ name, image: `example.com/${name}`, securityContext }] },
  };
}

/** The TLS options of a client that shows the certificate `<stem>.crt` with its key. */
export function clientCertificate(stem: string): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(`${stem}.crt`), key: readFileSync(`${stem}.key`) };
}

/** Sends a request. Gives the answer's status; rejects where the connection is refused. */
export function requestStatus(request: ClientRequest): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.end();
  });
}

/** A cluster of a test's own. */
export class TestCluster {
  /** Another build than this clone's can be tested by naming it in TENANTRY_KUBERNETES_BINARY. */
  readonly binary = process.env.TENANTRY_KUBERNETES_BINARY ?? readTools().kubernetes;
  readonly directory = mkdtempSync(path.join(tmpdir(), "tenantry-kubernetes-"));
  readonly kubeconfig = path.join(this.directory, "kubeconfig");
  readonly kubectl = kubectlOf(this.binary, this.kubeconfig);

  start(signal?: AbortSignal) {
    return startKubernetes({ binary: this.binary, directory: this.directory, signal });
  }

  stop() {
    return stopKubernetes(this.directory);
  }

  /** Stops it and deletes its folder. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** @throws if it does not run */
  running(): RunningKubernetes {
    const found = runningKubernetes(this.directory);
    if (!found) {
      throw new Error(`no cluster runs on ${this.directory}`);
    }
    return found;
  }

  /** The process ids of its components, by name. */
  components(): Map<string, number> {
    const { pid } = this.running();
    const children = readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === pid)
      .map(Number);
    return new Map(children.map((child) => [commandLine(child)?.split(" ")[1] ?? "", child]));
  }
}

function parentOf(pid: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(status.slice(status.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0; // it has ended
  }
}
