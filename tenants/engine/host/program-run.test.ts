import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { SetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceRequest,
  RegisterResourceResponse,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { expect } from "chai";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type ProgramRun, runProgram } from "./program-run";

type Done<T> = grpc.sendUnaryData<T>;

/** As much of an engine as a program needs that makes nothing. */
function engine(): grpc.Server {
  const nothing = (_: unknown, done: Done<Empty>): void => done(null, new Empty());
  const server = new grpc.Server();
  server.addService(only(EngineService, ["log", "setRootResource"]), {
    log: nothing,
    setRootResource: (_: unknown, done: Done<SetRootResourceResponse>) =>
      done(null, new SetRootResourceResponse()),
  });
  const monitor: grpc.UntypedServiceImplementation = {
    supportsFeature: (_: unknown, done: Done<SupportsFeatureResponse>) =>
      done(null, new SupportsFeatureResponse()),
    registerResource: (
      { request }: { request: RegisterResourceRequest },
      done: Done<RegisterResourceResponse>,
    ) => {
      const response = new RegisterResourceResponse();
      response.setUrn(`urn:pulumi:acme::tenants::${request.getType()}::${request.getName()}`);
      response.setObject(new Struct());
      done(null, response);
    },
    registerResourceOutputs: nothing,
    signalAndWaitForShutdown: nothing,
  };
  server.addService(only(ResourceMonitorService, Object.keys(monitor)), monitor);
  return server;
}

/** These methods of a service: a server wants all that are declared, and an engine has many. */
function only(service: object, methods: readonly string[]): grpc.ServiceDefinition {
  return Object.fromEntries(Object.entries(service).filter(([name]) => methods.includes(name)));
}

/** Has it listen on a port of 127.0.0.1; 0 is a free one. */
function listen(server: grpc.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
}

function run(port: number): Promise<ProgramRun> {
  const request = new RunRequest();
  request.setProject("tenants");
  request.setStack("acme");
  request.setMonitorAddress(`127.0.0.1:${port}`);
  request.setArgsList([`127.0.0.1:${port}`]);
  const program = () => Promise.resolve({ answer: 42 });
  return runProgram(request, { program, secretConfig: {}, ending: new AbortController().signal });
}

describe("a program's run", () => {
  let running: grpc.Server | undefined;
  afterEach(() => running?.forceShutdown());

  it("tells that its engine is gone, and does not call that an error of the program", async () => {
    running = engine();
    const port = await listen(running, 0);
    running.forceShutdown();
    const { errors, refusal, outputs } = await run(port);
    expect([errors, outputs]).to.deep.equal([[], undefined]);
    expect(refusal?.message).to.contain("UNAVAILABLE");
  });

  it("gets through to an engine on the port of one that is gone", async () => {
    running = engine();
    const port = await listen(running, 0);
    running.forceShutdown();
    await run(port);
    running = engine();
    await listen(running, port);
    const { refusal, outputs } = await run(port);
    expect(refusal).to.equal(undefined);
    expect(outputs?.["answer"]?.value).to.equal(42);
  });

  it("leaves nothing behind that goes on and on trying to reach an engine that is gone", async () => {
    running = engine();
    const port = await listen(running, 0);
    running.forceShutdown();
    await run(port);
    let tried = 0;
    const next = createServer((socket) => {
      tried += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => next.listen(port, "127.0.0.1", resolve));
    // gRPC's pauses between attempts are one second and 1.6 at first; what has begun to wait still tries once.
    await sleep(4_500);
    next.close();
    expect(tried).to.be.at.most(1);
  });
});
