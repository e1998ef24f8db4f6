import type { ServerWritableStream } from "@grpc/grpc-js";
import { ProgramInfo, type RunPluginRequest, RunPluginResponse } from "@pulumi/pulumi/proto/language_pb";
import { type Children, exitOf } from "./children";
import { type NodeOptions, findLauncher, nodeOptions } from "./node-options";

type Call = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

/** Runs a policy pack or a provider that is a Node program, and streams its output until it ends. */
export async function runPlugin(call: Call, children: Children): Promise<void> {
  const request = call.request;
  const info = request.getInfo() ?? new ProgramInfo();
  const directory = info.getProgramDirectory();
  const options = nodeOptions(info);
  const isPack = request.getKind() === "analyzer";
  const command = isPack
    ? packCommand(directory, request.getArgsList(), options)
    : [findLauncher("run-plugin", directory), directory, ...request.getArgsList()];
  const child = children.spawn(process.execPath, [...options.nodeArgs, ...command], {
    // A policy pack looks for its own package.json in its working folder.
    cwd: isPack ? directory : request.getPwd() || directory,
    env: { ...parseEnvironment(request.getEnvList()), ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  call.on("cancelled", () => children.stop(child));
  child.stdout?.on("data", (chunk: Buffer) => write(call, (response) => response.setStdout(chunk)));
  child.stderr?.on("data", (chunk: Buffer) => write(call, (response) => response.setStderr(chunk)));
  const { code } = await exitOf(child);
  write(call, (response) => response.setExitcode(code ?? 1));
}

/**
 * The SDK's launcher for packs always loads the TypeScript compiler, four fifths of a compiled pack's start-up time. A
 * pack that says `typescript: false` is started without it.
 */
function packCommand(directory: string, args: string[], { typescript }: NodeOptions): string[] {
  return typescript ? [findLauncher("run-policy-pack", directory), ...args, directory] : [directory, ...args];
}

function write(call: Call, set: (response: RunPluginResponse) => void): void {
  if (!call.cancelled) {
    const response = new RunPluginResponse();
    set(response);
    call.write(response);
  }
}

function parseEnvironment(entries: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf("=", 1);
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}
