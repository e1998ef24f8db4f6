import * as path from "node:path";
import {
  type JWK,
  type JWTPayload,
  SignJWT,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
} from "jose";
import { z } from "zod";
import { readIfPresent, writeSecretFile } from "../files";
import { withLock } from "../lock";

const ALGORITHM = "ES256";

const keySchema = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string(),
});

/** The issuer's key. */
export interface SigningKey {
  /** Its public half, as `/jwks.json` shows it. */
  readonly publicJwk: JWK;
  /** Signs claims; gives a JWT. */
  sign(claims: JWTPayload): Promise<string>;
  /** The claims of a JWT that it signed for an audience, and that has not ended; rejects for any other. */
  verify(token: string, audience: string): Promise<JWTPayload>;
}

/**
 * The issuer's key; made where it is not there yet, and kept from then on.
 *
 * @param directory the issuer's
 */
export async function ensureSigningKey(directory: string): Promise<SigningKey> {
  const file = path.join(directory, "key.json");
  const { d, ...publicJwk } = await withLock(path.join(directory, "key.lock"), async () => {
    const kept = readIfPresent(file);
    const text = kept ?? (await newKey());
    if (kept === undefined) writeSecretFile(file, text);
    return keySchema.parse(JSON.parse(text));
  });
  const key = await importJWK({ ...publicJwk, d }, ALGORITHM);
  const publicKey = await importJWK(publicJwk, ALGORITHM);
  return {
    publicJwk: { ...publicJwk, alg: ALGORITHM, use: "sig" },
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, kid: publicJwk.kid, typ: "JWT" }).sign(key),
    verify: async (token, audience) =>
      (await jwtVerify(token, publicKey, { audience, algorithms: [ALGORITHM] })).payload,
  };
}

async function newKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return `${JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk) }, undefined, 2)}\n`;
}
