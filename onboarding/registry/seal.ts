import { CompactEncrypt, compactDecrypt } from "jose";

/** Seals what the registry keeps and nobody may read in it: a webhook's secret. */
export class Seal {
  private readonly key: Uint8Array;

  /**
   * @param key 32 bytes, base64
   * @throws Error where it is not 32 bytes
   */
  constructor(key: string) {
    this.key = Buffer.from(key, "base64");
    if (this.key.length !== 32) {
      throw new Error(`the service's key has ${this.key.length} bytes: expected 32, as base64`);
    }
  }

  /** A text that only this key opens. */
  close(text: string): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
      .encrypt(this.key);
  }

  /** What was sealed. */
  async open(sealed: string): Promise<string> {
    const { plaintext } = await compactDecrypt(sealed, this.key);
    return new TextDecoder().decode(plaintext);
  }
}
