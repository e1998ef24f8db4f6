import { createHmac, timingSafeEqual } from "node:crypto";

/** The header that carries a delivery's signature. */
export const SIGNATURE_HEADER = "Tenantry-Signature";

/** How old a delivery may be, in seconds, before a receiver takes it for a replay. */
export const DEFAULT_TOLERANCE_SECONDS = 300;

/** More signatures than a rotation of secrets ever has; a longer header is an attempt to keep the receiver busy. */
const MAX_SIGNATURES = 16;

/** A delivery that does not prove where it comes from, or is a replay. */
export class SignatureError extends Error {
  override readonly name = "SignatureError";
}

/** What a receiver checks a delivery with. */
export interface Verification {
  /** The {@link SIGNATURE_HEADER} as it came; undefined where it did not. */
  readonly header: string | undefined;
  /** The body as it came, byte for byte: what was parsed and written again no longer matches. */
  readonly body: string | Uint8Array;
  /** The webhook's secrets: while one is replaced, the old and the new. */
  readonly secrets: readonly string[];
  /** How far the delivery's time may be from now, in seconds. Default: 300. */
  readonly toleranceSeconds?: number;
  /** Default: the clock. */
  readonly now?: Date;
}

/**
 * Signs a delivery.
 *
 * @param body what is sent
 * @param secrets the webhook's secrets; each gives a signature, so that a receiver may change over at its own time
 * @param at when it is sent
 * @returns the header's value: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`
 */
export function sign(body: string | Uint8Array, secrets: readonly string[], at: Date = new Date()): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return [
    `t=${seconds}`,
    ...secrets.map((secret) => `v1=${mac(secret, seconds, body).toString("hex")}`),
  ].join(",");
}

/**
 * Checks a delivery's signature, in constant time, and that it is not a replay of an old one.
 *
 * @throws SignatureError where the header is missing or malformed, no signature matches, or its time is too far from now
 */
export function verify(verification: Verification): void {
  const {
    header,
    body,
    secrets,
    toleranceSeconds = DEFAULT_TOLERANCE_SECONDS,
    now = new Date(),
  } = verification;
  const { seconds, signatures } = parse(header);
  // Every pair is compared, whatever the ones before it gave.
  const matches = secrets.flatMap((secret) => {
    const expected = mac(secret, seconds, body);
    return signatures.map((signature) => timingSafeEqual(expected, signature));
  });
  if (!matches.includes(true)) {
    throw new SignatureError(
      `${SIGNATURE_HEADER}: no signature matches: expected one made with the webhook's secret`,
    );
  }
  const age = Math.floor(now.getTime() / 1000) - seconds;
  if (Math.abs(age) > toleranceSeconds) {
    throw new SignatureError(
      `${SIGNATURE_HEADER}: t is ${seconds}, which is ${age} s ago: expected at most ${toleranceSeconds} s`,
    );
  }
}

interface ParsedHeader {
  readonly seconds: number;
  readonly signatures: readonly Buffer[];
}

function parse(header: string | undefined): ParsedHeader {
  if (header === undefined) throw new SignatureError(`${SIGNATURE_HEADER} is missing`);
  const parts = header.split(",").map((part) => part.trim());
  const times = parts.filter((part) => part.startsWith("t=")).map((part) => part.slice(2));
  const [time] = times;
  if (time === undefined || times.length > 1 || !/^\d{1,12}$/.test(time)) {
    throw new SignatureError(
      `${SIGNATURE_HEADER}: t is '${times.join(",").slice(0, 32)}': expected one time in unix seconds`,
    );
  }
  // Other versions than v1 are for receivers of another day.
  const signatures = parts.flatMap((part) => /^v1=([0-9a-f]{64})$/.exec(part)?.[1] ?? []);
  if (signatures.length === 0 || signatures.length > MAX_SIGNATURES) {
    throw new SignatureError(
      `${SIGNATURE_HEADER} has ${signatures.length} v1 signatures: expected 1 to ${MAX_SIGNATURES}, 64 hexadecimal digits each`,
    );
  }
  return { seconds: Number(time), signatures: signatures.map((signature) => Buffer.from(signature, "hex")) };
}

function mac(secret: string, seconds: number, body: string | Uint8Array): Buffer {
  return createHmac("sha256", secret).update(`${seconds}.`).update(body).digest();
}
