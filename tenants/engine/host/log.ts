/**
 * Pulumi's log, told apart by run. The SDK sends a process's messages one after another in one line, whatever stack they
 * are of: a message about a resource that is not there yet holds every other tenant's messages up, and with them the end
 * of their runs; one that fails fails all that follow. Here each run has a line of its own, and what only someone who
 * debugs the SDK reads is not sent at all: that saves several calls a resource.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import type { Resource } from "@pulumi/pulumi";
import * as log from "@pulumi/pulumi/log";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { getEngine, rpcKeepAlive } from "@pulumi/pulumi/runtime/settings";
import { countLoggedError } from "./sdk";

type LogFunction = typeof log.info;

/** The messages of one run, in order. */
interface Line {
  last: Promise<void>;
}

const lines = new AsyncLocalStorage<Line>();
let installed = false;

/** Runs `body` with a line of its own. */
export function withOwnLog<T>(body: () => Promise<T>): Promise<T> {
  if (!installed) install();
  installed = true;
  return lines.run({ last: Promise.resolve() }, body);
}

/** Puts itself in front of the SDK's functions; outside of a run they do what they did. */
function install(): void {
  const { info, warn, error, debug } = log;
  replace("debug", (...args) => (lines.getStore() === undefined ? debug(...args) : Promise.resolve()));
  replace("info", ofRun(info, LogSeverity.INFO));
  replace("warn", ofRun(warn, LogSeverity.WARNING));
  replace("error", ofRun(error, LogSeverity.ERROR));
}

/** What the SDK's own modules hold; an `import` here is only a view of it. */
const shared: unknown = createRequire(__filename)("@pulumi/pulumi/log");

function replace(name: "debug" | "info" | "warn" | "error", by: LogFunction): void {
  if (typeof shared !== "object" || shared === null || !Reflect.set(shared, name, by)) {
    throw new Error(
      `@pulumi/pulumi/log.${name} cannot be replaced: this version of the SDK is not supported`,
    );
  }
}

function ofRun(otherwise: LogFunction, severity: LogSeverity): LogFunction {
  return (message, resource, streamId, ephemeral) => {
    const line = lines.getStore();
    const engine = getEngine();
    if (line === undefined || engine === undefined) return otherwise(message, resource, streamId, ephemeral);
    if (severity === LogSeverity.ERROR) countLoggedError();
    const keepAlive = rpcKeepAlive();
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setStreamid(streamId ?? 0);
    request.setEphemeral(ephemeral === true);
    const before = line.last;
    line.last = urnOf(resource)
      .then(async (urn) => {
        await before;
        request.setUrn(urn);
        await new Promise<void>((resolve) => engine.log(request, () => resolve()));
      })
      .finally(keepAlive);
    return line.last;
  };
}

/** A resource that never came to be has no urn: the message is then the stack's. */
function urnOf(resource: Resource | undefined): Promise<string> {
  if (resource === undefined) return Promise.resolve("");
  return new Promise((resolve) => {
    const promise: unknown = Reflect.get(resource.urn, "promise");
    const urn: unknown = typeof promise === "function" ? Reflect.apply(promise, resource.urn, []) : "";
    Promise.resolve(urn).then(
      (value) => resolve(typeof value === "string" ? value : ""),
      () => resolve(""),
    );
  });
}
