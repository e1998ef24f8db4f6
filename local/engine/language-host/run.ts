import type { ServerUnaryCall } from "@grpc/grpc-js";
import { ProgramInfo, type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { type Children, exitOf } from "./children";
import { findLauncher, nodeOptions } from "./node-options";

/** The SDK's launcher ends with this code when it has told the user what went wrong. */
const alreadyReported = 32;

/** Runs a Pulumi program to its end, as the official host does: its output goes where this process's output goes. */
export async function runProgram(
  call: ServerUnaryCall<RunRequest, RunResponse>,
  engineAddress: string,
  children: Children,
): Promise<RunResponse> {
  const request = call.request;
  const info = request.getInfo() ?? new ProgramInfo();
  const { nodeArgs, environment } = nodeOptions(info);
  const child = children.spawn(
    process.execPath,
    [
      ...nodeArgs,
      findLauncher("run", info.getProgramDirectory()),
      ...programArguments(request, info, engineAddress),
    ],
    {
      cwd: info.getProgramDirectory(),
      env: {
        ...process.env,
        ...environment,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  call.on("cancelled", () => children.stop(child));
  const { code, signal } = await exitOf(child);
  const response = new RunResponse();
  if (code === alreadyReported) {
    response.setBail(true);
  } else if (code !== 0) {
    response.setError(signal ? `The program was ended by ${signal}` : `The program exited with code ${code}`);
  }
  return response;
}

function programArguments(request: RunRequest, info: ProgramInfo, engineAddress: string): string[] {
  const named: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(named)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => `--${name}=${value}`),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint() || request.getProgram(),
    ...request.getArgsList(),
  ];
}
