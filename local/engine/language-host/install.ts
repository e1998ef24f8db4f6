import type { ServerWritableStream } from "@grpc/grpc-js";
import {
  type InstallDependenciesRequest,
  InstallDependenciesResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { type Children, exitOf } from "./children";

type Call = ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>;

/** Runs `npm install` for `pulumi install`, streaming its output. */
export async function installDependencies(call: Call, children: Children): Promise<void> {
  const directory = call.request.getDirectory();
  const child = children.spawn("npm", ["install"], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  call.on("cancelled", () => children.stop(child));
  child.stdout?.on("data", (chunk: Buffer) => {
    const response = new InstallDependenciesResponse();
    response.setStdout(chunk);
    call.write(response);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    const response = new InstallDependenciesResponse();
    response.setStderr(chunk);
    call.write(response);
  });
  const { code, signal } = await exitOf(child);
  if (code !== 0) {
    throw new Error(`npm install in ${directory} failed (${signal ?? `exit code ${code}`})`);
  }
}
