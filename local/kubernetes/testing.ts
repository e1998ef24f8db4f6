import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import type { ClientRequest } from "node:http";

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
