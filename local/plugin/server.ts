import {
  Metadata,
  status,
  type handleUnaryCall,
  type ServiceError,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { marshal, unmarshal } from "./marshal";
import {
  PartialFailure,
  type CheckFailure,
  type DiffKind,
  type DiffResult,
  type LocalProvider,
} from "./provider";
import { revealMap, type PluginMap } from "./values";

const KINDS: Readonly<Record<DiffKind, proto.PropertyDiff.Kind>> = {
  add: proto.PropertyDiff.Kind.ADD,
  "add-replace": proto.PropertyDiff.Kind.ADD_REPLACE,
  delete: proto.PropertyDiff.Kind.DELETE,
  "delete-replace": proto.PropertyDiff.Kind.DELETE_REPLACE,
  update: proto.PropertyDiff.Kind.UPDATE,
  "update-replace": proto.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** The provider protocol's service, spoken for a provider. Methods that it doesn't offer answer Unimplemented. */
export function providerService(provider: LocalProvider): UntypedServiceImplementation {
  const cancellation = new AbortController();
  const subject = (request: { getUrn(): string; getType(): string; getName(): string }) => ({
    urn: request.getUrn(),
    type: request.getType() || typeOf(request.getUrn()),
    name: request.getName() || request.getUrn().slice(request.getUrn().lastIndexOf("::") + 2),
    signal: cancellation.signal,
  });

  return {
    handshake: unary<proto.ProviderHandshakeRequest, proto.ProviderHandshakeResponse>(() =>
      Promise.resolve(
        new proto.ProviderHandshakeResponse().setAcceptSecrets(provider.acceptSecrets ?? false),
      ),
    ),
    getPluginInfo: unary<Empty, PluginInfo>(() => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return Promise.resolve(info);
    }),
    attach: unary<Empty, Empty>(() => Promise.resolve(new Empty())),
    getSchema: unary<proto.GetSchemaRequest, proto.GetSchemaResponse>(() =>
      Promise.resolve(new proto.GetSchemaResponse().setSchema("{}")),
    ),
    getMapping: unary<proto.GetMappingRequest, proto.GetMappingResponse>(() =>
      Promise.resolve(new proto.GetMappingResponse()),
    ),
    getMappings: unary<proto.GetMappingsRequest, proto.GetMappingsResponse>(() =>
      Promise.resolve(new proto.GetMappingsResponse()),
    ),

    checkConfig: unary<proto.CheckRequest, proto.CheckResponse>(async (request) => {
      const config = unmarshal(request.getNews());
      const { inputs, failures } = (await provider.checkConfig?.(config)) ?? { inputs: config };
      return checkResponse(inputs, failures);
    }),
    diffConfig: unary<proto.DiffRequest, proto.DiffResponse>((request) => {
      const olds = revealMap(unmarshal(request.getOldInputs()));
      const news = revealMap(unmarshal(request.getNews()));
      const difference = provider.diffConfig?.(olds, news) ?? { changes: false };
      return Promise.resolve(diffResponse(difference));
    }),
    configure: unary<proto.ConfigureRequest, proto.ConfigureResponse>(async (request) => {
      // The engine keeps secrets wrapped here even for a provider that does not take them.
      await provider.configure(revealMap(unmarshal(request.getArgs())));
      return new proto.ConfigureResponse()
        .setAcceptsecrets(provider.acceptSecrets ?? false)
        .setSupportspreview(true);
    }),

    check: unary<proto.CheckRequest, proto.CheckResponse>(async (request) => {
      const { inputs, failures } = await provider.check({
        ...subject(request),
        olds: unmarshal(request.getOlds()),
        news: unmarshal(request.getNews()),
        randomSeed: request.getRandomseed_asU8(),
      });
      return checkResponse(inputs, failures);
    }),
    diff: unary<proto.DiffRequest, proto.DiffResponse>(async (request) =>
      diffResponse(
        await provider.diff({
          ...subject(request),
          id: request.getId(),
          oldInputs: unmarshal(request.getOldInputs()),
          oldOutputs: unmarshal(request.getOlds()),
          newInputs: unmarshal(request.getNews()),
          ignoreChanges: request.getIgnorechangesList(),
        }),
      ),
    ),
    create: unary<proto.CreateRequest, proto.CreateResponse>(async (request) => {
      const { id, outputs } = await provider.create({
        ...subject(request),
        inputs: unmarshal(request.getProperties()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new proto.CreateResponse().setId(id).setProperties(marshal(outputs));
    }),
    read: unary<proto.ReadRequest, proto.ReadResponse>(async (request) => {
      const found = await provider.read({
        ...subject(request),
        id: request.getId(),
        inputs: unmarshal(request.getInputs()),
        properties: unmarshal(request.getProperties()),
      });
      // An answer without an id says that the resource is gone.
      const response = new proto.ReadResponse();
      if (found === undefined) return response;
      return response.setId(found.id).setProperties(marshal(found.outputs)).setInputs(marshal(found.inputs));
    }),
    update: unary<proto.UpdateRequest, proto.UpdateResponse>(async (request) => {
      const outputs = await provider.update({
        ...subject(request),
        id: request.getId(),
        oldInputs: unmarshal(request.getOldInputs()),
        oldOutputs: unmarshal(request.getOlds()),
        newInputs: unmarshal(request.getNews()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      return new proto.UpdateResponse().setProperties(marshal(outputs));
    }),
    delete: unary<proto.DeleteRequest, Empty>(async (request) => {
      await provider.delete({
        ...subject(request),
        id: request.getId(),
        oldInputs: unmarshal(request.getOldInputs()),
        properties: unmarshal(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
      });
      return new Empty();
    }),
    invoke: unary<proto.InvokeRequest, proto.InvokeResponse>(async (request) => {
      const args = unmarshal(request.getArgs());
      return new proto.InvokeResponse().setReturn(marshal(await provider.invoke(request.getTok(), args)));
    }),
    cancel: unary<Empty, Empty>(() => {
      cancellation.abort(new Error("the operation was cancelled"));
      return Promise.resolve(new Empty());
    }),
  };
}

/** The type token in a URN: the last of its chain of types. */
function typeOf(urn: string): string {
  const chain = urn.split("::")[2] ?? "";
  return chain.slice(chain.lastIndexOf("$") + 1);
}

function checkResponse(inputs: PluginMap, failures: readonly CheckFailure[] = []): proto.CheckResponse {
  return new proto.CheckResponse()
    .setInputs(marshal(inputs))
    .setFailuresList(
      failures.map(({ property, reason }) =>
        new proto.CheckFailure().setProperty(property).setReason(reason),
      ),
    );
}

function diffResponse(difference: DiffResult): proto.DiffResponse {
  const { changes, replaces = [], deleteBeforeReplace = false, detailedDiff } = difference;
  const response = new proto.DiffResponse()
    .setChanges(changes ? proto.DiffResponse.DiffChanges.DIFF_SOME : proto.DiffResponse.DiffChanges.DIFF_NONE)
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(detailedDiff !== undefined);
  for (const [path, { kind, inputDiff }] of Object.entries(detailedDiff ?? {})) {
    response.addDiffs(path);
    response
      .getDetaileddiffMap()
      .set(path, new proto.PropertyDiff().setKind(KINDS[kind]).setInputdiff(inputDiff));
  }
  return response;
}

function unary<Request, Response>(
  answer: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(serviceError(error)),
      );
  };
}

function serviceError(error: unknown): Partial<ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new Metadata();
  if (error instanceof PartialFailure) {
    const detail = new proto.ErrorResourceInitFailed()
      .setId(error.id)
      .setProperties(marshal(error.outputs))
      .setInputs(marshal(error.inputs))
      .setReasonsList([...error.reasons]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const details = new Status();
    details.setCode(status.UNKNOWN);
    details.setMessage(message);
    details.addDetails(packed);
    metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  }
  return { code: status.UNKNOWN, details: message, metadata };
}
