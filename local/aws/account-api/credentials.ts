import { z } from "zod";
import { Properties } from "../framework/properties";
import { type PropertyMap, parseJson } from "../framework/values";

/** What RDS keeps in a secret that it manages. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const credentials = z.object({ username: z.string(), password: z.string() });

/**
 * The credentials in a secret's version.
 *
 * @throws ZodError where it holds something else
 */
export function credentialsOf(version: PropertyMap): Credentials {
  return credentials.parse(parseJson(new Properties(version).stringOr("secretString", "null")));
}
