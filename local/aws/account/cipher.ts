import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { isMap, parseJson, type PropertyMap } from "../framework/values";

const SEALED = "$sealed";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals secret properties (AES-256-GCM), so that no table, dump or log of the account state holds them in the clear. */
export class Cipher {
  private readonly key: Buffer;

  /** @param secret What the key is derived from: the password of the embedded Postgres, kept in a file of mode 0600. */
  constructor(secret: string) {
    this.key = createHash("sha256").update(`account state\0${secret}`).digest();
  }

  /** The properties with the named ones sealed. */
  seal(values: PropertyMap, names: readonly string[]): PropertyMap {
    const sealed = { ...values };
    for (const name of names) {
      const value = sealed[name];
      if (value !== undefined && value !== null)
        sealed[name] = { [SEALED]: this.encrypt(JSON.stringify(value)) };
    }
    return sealed;
  }

  /** The properties with every sealed one opened. */
  open(values: PropertyMap): PropertyMap {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const sealed = isMap(value) ? value[SEALED] : undefined;
        if (typeof sealed !== "string") return [name, value];
        return [name, parseJson(this.decrypt(sealed))];
      }),
    );
  }

  private encrypt(text: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.key, iv);
    const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64");
  }

  private decrypt(text: string): string {
    const bytes = Buffer.from(text, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
      "utf8",
    );
  }
}
