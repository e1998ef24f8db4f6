/**
 * Has each of the SDK's channels to an engine connect by itself. gRPC's default is one connection of a process for all
 * channels to one address: one to an engine that is gone, which waits before it tries again, then fails whoever gets that
 * engine's port next. Linux gives an engine one of 7,058 (a quarter of its ephemeral ports) and an engine has two: with a
 * hundred that are gone it is one run in thirty-five.
 */
import * as settings from "@pulumi/pulumi/runtime/settings";

const options: unknown = Reflect.get(settings, "grpcClientOptions");
if (typeof options !== "object" || options === null)
  throw new Error(
    "@pulumi/pulumi/runtime/settings has no grpcClientOptions: this version of the SDK is not supported",
  );
Reflect.set(options, "grpc.use_local_subchannel_pool", 1);
