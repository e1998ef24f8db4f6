import { readFileSync } from "node:fs";
import type { LocalCloud } from "../../cloud";
import { asText, isMap, parseJson, type PropertyMap, type PropertyValue } from "../framework/values";

/**
 * Reads the local cloud's address book. The full reader, in local/cloud.ts, would cost a plugin half of its start-up.
 *
 * @throws {Error} If the local cloud is not up, or the file lacks something; names the file and the field.
 */
export function readCloudFile(file: string): LocalCloud {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`The local cloud is not up: ${file} cannot be read. Start it with: npm run local -- up`, {
      cause: error,
    });
  }
  const parsed = parseJson(text);
  const book = isMap(parsed) ? parsed : {};
  const string = (part: string, name: string): string => {
    const value = mapOf(book[part])[name];
    if (typeof value !== "string")
      throw new Error(`${file}: ${part}.${name} is missing; write it anew with: npm run local -- up`);
    return value;
  };
  return {
    instance: asText(book.instance),
    postgres: {
      host: string("postgres", "host"),
      port: Number(mapOf(book.postgres).port),
      user: string("postgres", "user"),
      password: string("postgres", "password"),
    },
    kubernetes: {
      server: string("kubernetes", "server"),
      kubeconfig: string("kubernetes", "kubeconfig"),
      certificateAuthority: string("kubernetes", "certificateAuthority"),
    },
    pulumi: {
      home: string("pulumi", "home"),
      backendUrl: string("pulumi", "backendUrl"),
      passphraseFile: string("pulumi", "passphraseFile"),
    },
  };
}

function mapOf(value: PropertyValue | undefined): PropertyMap {
  return isMap(value) ? value : {};
}
