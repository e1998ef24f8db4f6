import * as grpc from "@grpc/grpc-js";
import { EventsService } from "@pulumi/pulumi/proto/events_grpc_pb";
import type { EventRequest } from "@pulumi/pulumi/proto/events_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPluginsResponse,
  type GetRequiredPluginsRequest,
  type RunPluginRequest,
  RunPluginResponse,
  type RunRequest,
  RunResponse,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type ProgramRun, type ProgramSetup, runProgram } from "./program-run";

/** Largest message of the engine, bytes; the SDK's own bound. */
const MAX_MESSAGE = 400 * 1024 * 1024;

/** What a host serves; the program is run when the engine asks. */
export interface LanguageHostOptions extends ProgramSetup {
  /** Port of the analyzer of the policy pack whose stand-in directory is `directory`. */
  readonly analyzerPort: (directory: string) => number | undefined;
  /** Called with each line of the engine's event log. */
  readonly onEventLine: (line: string) => void;
}

/**
 * What one operation's CLI talks to: the language runtime `client` (the program, run in this process, and the policy
 * packs) and the receiver of its event log. One server an operation, so that operations share nothing.
 */
export class LanguageHost {
  /** How the program ended; undefined as long as it was not run. */
  programRun: ProgramRun | undefined;
  /** Whether the engine has begun to send events. */
  eventsBegan = false;
  /** Settles when the engine has sent its last event. */
  readonly eventsEnded: Promise<void>;
  private endEvents: () => void = () => undefined;

  private constructor(
    private readonly server: grpc.Server,
    private readonly options: LanguageHostOptions,
  ) {
    this.eventsEnded = new Promise((resolve) => (this.endEvents = resolve));
  }

  /** Port it listens on, on 127.0.0.1. */
  port = 0;

  /** Starts a host on a free port of 127.0.0.1. */
  static async start(options: LanguageHostOptions): Promise<LanguageHost> {
    const server = new grpc.Server({
      "grpc.max_receive_message_length": MAX_MESSAGE,
      "grpc.max_send_message_length": MAX_MESSAGE,
    });
    const host = new LanguageHost(server, options);
    server.addService(LanguageRuntimeService, {
      run: host.run,
      runPlugin: host.runPlugin,
      getRequiredPlugins: host.getRequiredPlugins,
      getPluginInfo: host.getPluginInfo,
    });
    server.addService(EventsService, { streamEvents: host.streamEvents });
    host.port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return host;
  }

  /** Ends it; calls in flight are dropped. */
  stop(): void {
    this.server.forceShutdown();
  }

  private readonly run = (
    call: grpc.ServerUnaryCall<RunRequest, RunResponse>,
    callback: grpc.sendUnaryData<RunResponse>,
  ): void => {
    runProgram(call.request, this.options).then(
      (ended) => {
        this.programRun = ended;
        const response = new RunResponse();
        // The engine has shown the errors already: `bail` ends it without another message.
        if (ended.outputs === undefined) response.setBail(true);
        callback(null, response);
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error : new Error(String(error));
        this.programRun = { errors: [reason], refusal: undefined, outputs: undefined };
        callback({ code: grpc.status.UNKNOWN, details: reason.message });
      },
    );
  };

  /** A policy pack: not a process of this operation's own, but the port of one that is kept warm. */
  private readonly runPlugin = (
    call: grpc.ServerWritableStream<RunPluginRequest, RunPluginResponse>,
  ): void => {
    const directory = call.request.getInfo()?.getProgramDirectory() ?? "";
    const port = this.options.analyzerPort(directory);
    const response = new RunPluginResponse();
    if (port === undefined) {
      response.setExitcode(1);
      call.write(response);
      call.end();
      return;
    }
    response.setStdout(new TextEncoder().encode(`${port}\n`));
    call.write(response);
    // The stream stays open for as long as the engine uses the analyzer: its end would read as the plugin's death.
  };

  private readonly getRequiredPlugins = (
    _call: grpc.ServerUnaryCall<GetRequiredPluginsRequest, GetRequiredPluginsResponse>,
    callback: grpc.sendUnaryData<GetRequiredPluginsResponse>,
  ): void => callback(null, new GetRequiredPluginsResponse());

  private readonly getPluginInfo = (
    _call: grpc.ServerUnaryCall<Empty, PluginInfo>,
    callback: grpc.sendUnaryData<PluginInfo>,
  ): void => {
    const info = new PluginInfo();
    info.setVersion("1.0.0");
    callback(null, info);
  };

  private readonly streamEvents = (
    call: grpc.ServerReadableStream<EventRequest, Empty>,
    callback: grpc.sendUnaryData<Empty>,
  ): void => {
    this.eventsBegan = true;
    call.on("data", (request: EventRequest) => this.options.onEventLine(request.getEvent()));
    call.on("end", () => {
      callback(null, new Empty());
      this.endEvents();
    });
    call.on("error", () => this.endEvents());
    call.on("cancelled", () => this.endEvents());
  };
}
