import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { isMap, Secret, Unknown, type PluginMap, type PluginValue } from "./values";

/** The property that marks a map as a value of a special kind. Source: Pulumi's sdk/go/common/resource/properties.go. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** The text that stands for an unknown value; the engine has one a type, and takes this one for all. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Reads the properties of an engine's request. */
export function unmarshal(struct: Struct | undefined): PluginMap {
  const properties = struct?.toJavaScript() ?? {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, unmarshalValue(name, value)]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unmarshalValue(path: string, value: unknown): PluginValue {
  if (typeof value === "string") return UNKNOWNS.has(value) ? Unknown.instance : value;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((part, index) => unmarshalValue(`${path}[${index}]`, part));
  if (!isRecord(value)) return null;
  switch (value[SIGNATURE]) {
    case undefined:
      return Object.fromEntries(
        Object.entries(value).map(([name, part]) => [name, unmarshalValue(`${path}.${name}`, part)]),
      );
    case SECRET:
      return new Secret(unmarshalValue(path, value["value"] ?? null));
    case OUTPUT_VALUE: {
      const known = value["value"] === undefined ? Unknown.instance : unmarshalValue(path, value["value"]);
      return value["secret"] === true ? new Secret(known) : known;
    }
    case RESOURCE_REFERENCE:
      return unmarshalValue(path, value["id"] ?? null);
    default:
      throw new Error(`${path}: assets and archives are not supported by the local cloud`);
  }
}

/** Writes properties for an engine's answer; absent ones are left out. */
export function marshal(properties: PluginMap): Struct {
  return Struct.fromJavaScript(marshalMap(properties));
}

function marshalMap(properties: PluginMap): Record<string, JavaScriptValue> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, marshalValue(value)]],
    ),
  );
}

function marshalValue(value: PluginValue): JavaScriptValue {
  if (value instanceof Unknown) return UNKNOWN;
  if (value instanceof Secret) return { [SIGNATURE]: SECRET, value: marshalValue(value.value) };
  if (Array.isArray(value)) return value.map(marshalValue);
  return isMap(value) ? marshalMap(value) : value;
}
