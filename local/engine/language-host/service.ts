import {
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedServiceImplementation,
  type sendUnaryData,
  status,
} from "@grpc/grpc-js";
import {
  AboutResponse,
  DependencyInfo,
  type GetProgramDependenciesRequest,
  GetProgramDependenciesResponse,
  GetRequiredPackagesResponse,
  type InstallDependenciesRequest,
  type InstallDependenciesResponse,
  type LanguageHandshakeRequest,
  LanguageHandshakeResponse,
  type RunPluginRequest,
  type RunPluginResponse,
  type RunRequest,
  type RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Children } from "./children";
import { programDependencies } from "./dependencies";
import { installDependencies } from "./install";
import { runProgram } from "./run";
import { runPlugin } from "./run-plugin";

/** What a language host is told when it is started. */
export interface HostOptions {
  /** Where the engine takes log messages. */
  engineAddress: string;
  /** The version it answers with. */
  version: string;
  children: Children;
}

/**
 * The engine's LanguageRuntime service for Node programs. What is left out (code generation, packing, debugger) is
 * answered with UNIMPLEMENTED, which the engine reports by name or does without.
 */
export function languageRuntime(options: HostOptions): UntypedServiceImplementation {
  let { engineAddress } = options;
  return {
    handshake: unary((call: ServerUnaryCall<LanguageHandshakeRequest, LanguageHandshakeResponse>) => {
      engineAddress = call.request.getEngineAddress();
      return new LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(options.version);
      return info;
    }),
    // Packages of providers are found in PULUMI_HOME when a resource asks for them; nothing has to be fetched before.
    getRequiredPackages: unary(() => new GetRequiredPackagesResponse()),
    run: unary((call: ServerUnaryCall<RunRequest, RunResponse>) =>
      runProgram(call, engineAddress, options.children),
    ),
    runPlugin: streaming((call: ServerWritableStream<RunPluginRequest, RunPluginResponse>) =>
      runPlugin(call, options.children),
    ),
    installDependencies: streaming(
      (call: ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>) =>
        installDependencies(call, options.children),
    ),
    about: unary(() => {
      const about = new AboutResponse();
      about.setExecutable(process.execPath);
      about.setVersion(process.version);
      return about;
    }),
    getProgramDependencies: unary(
      (call: ServerUnaryCall<GetProgramDependenciesRequest, GetProgramDependenciesResponse>) => {
        const directory = call.request.getInfo()?.getProgramDirectory() ?? call.request.getPwd();
        const response = new GetProgramDependenciesResponse();
        for (const { name, version } of programDependencies(directory)) {
          const dependency = new DependencyInfo();
          dependency.setName(name);
          dependency.setVersion(version);
          response.addDependencies(dependency);
        }
        return response;
      },
    ),
    cancel: unary(() => {
      options.children.stopAll();
      return new Empty();
    }),
  };
}

function unary<Request, Response>(
  answer: (call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    void (async () => {
      try {
        callback(null, await answer(call));
      } catch (error) {
        callback({ code: status.UNKNOWN, message: messageOf(error) });
      }
    })();
  };
}

function streaming<Request, Response>(
  answer: (call: ServerWritableStream<Request, Response>) => Promise<void>,
) {
  return (call: ServerWritableStream<Request, Response>) => {
    void (async () => {
      try {
        await answer(call);
        call.end();
      } catch (error) {
        call.emit("error", { code: status.UNKNOWN, message: messageOf(error) });
      }
    })();
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
