import * as path from "node:path";
import { z } from "zod";
import { readIfPresent, writeFileAtomically } from "../files";
import { findFreePort } from "../postgres/ports";

/** Where an issuer is reached. */
export interface IssuerAddress {
  /** The `iss` of its tokens, and the base of its endpoints. */
  readonly url: string;
  readonly port: number;
}

const addressSchema = z.object({ port: z.int().min(1).max(65_535) });

/**
 * The address of a directory's issuer, be it running or not.
 *
 * @throws Error where none was ever started there
 */
export function readAddress(directory: string): IssuerAddress {
  const address = addressIn(directory);
  if (address === undefined)
    throw new Error(`${directory} has no issuer: expected one that was started before`);
  return address;
}

/**
 * The address of a directory's issuer; a free port is chosen the first time and kept, for it is part of every token.
 *
 * @param port this one, instead
 */
export async function chooseAddress(directory: string, port?: number): Promise<IssuerAddress> {
  const chosen = port ?? addressIn(directory)?.port ?? (await findFreePort());
  writeFileAtomically(fileOf(directory), `${JSON.stringify({ port: chosen })}\n`, 0o600);
  return addressOf(chosen);
}

function addressIn(directory: string): IssuerAddress | undefined {
  const text = readIfPresent(fileOf(directory));
  return text === undefined ? undefined : addressOf(addressSchema.parse(JSON.parse(text)).port);
}

const addressOf = (port: number): IssuerAddress => ({ url: `http://127.0.0.1:${port}`, port });

const fileOf = (directory: string) => path.join(directory, "issuer.json");
