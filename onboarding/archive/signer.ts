import { CompactSign, type CryptoKey, type JWK, compactVerify, importJWK } from "jose";

/** Signs what a customer keeps: the manifest of an archive, a certificate of deletion. */
export class Signer {
  private constructor(
    private readonly key: CryptoKey | Uint8Array,
    private readonly keyId: string,
  ) {}

  /**
   * @param jwk private Ed25519 key as a JWK with a `kid`
   * @throws Error where it is none
   */
  static async from(jwk: JWK): Promise<Signer> {
    if (jwk.crv !== "Ed25519" || jwk.d === undefined || jwk.kid === undefined) {
      throw new Error("the signing key is not as expected: a private Ed25519 JWK with a kid");
    }
    return new Signer(await importJWK(jwk, "EdDSA"), jwk.kid);
  }

  /** A compact JWS over the value as JSON. */
  sign(value: unknown): Promise<string> {
    return new CompactSign(new TextEncoder().encode(JSON.stringify(value)))
      .setProtectedHeader({ alg: "EdDSA", kid: this.keyId })
      .sign(this.key);
  }
}

/**
 * Checks a signed value against the public key.
 *
 * @throws JOSEError where the signature is not that key's
 */
export async function verifySigned(jws: string, publicKey: JWK): Promise<unknown> {
  const { payload } = await compactVerify(jws, await importJWK(publicKey, "EdDSA"), {
    algorithms: ["EdDSA"],
  });
  return JSON.parse(new TextDecoder().decode(payload));
}
