import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { errors, exportJWK, jwtVerify } from "jose";
import { KEY_TIMES, KeysUnavailableError, issuerKeys } from "./issuer-keys";
import { type TestIssuer, startIssuer } from "./testing/issuer";

describe("an issuer's keys", () => {
  let issuer: TestIssuer;
  let time: number;
  let warnings: object[];
  let verify: (token: string) => Promise<string>;

  beforeEach(async () => {
    issuer = await startIssuer();
    time = Date.now();
    warnings = [];
    const keys = issuerKeys({
      issuer: issuer.url,
      now: () => time,
      log: { warn: (what: object) => void warnings.push(what) },
    });
    verify = (token) =>
      jwtVerify(token, keys).then(
        () => "good",
        (error: unknown) => {
          if (error instanceof KeysUnavailableError) return "unavailable";
          if (error instanceof errors.JWKSNoMatchingKey) return "unknown key";
          throw error;
        },
      );
  });
  afterEach(() => issuer.close());

  const token = () => issuer.token(["admin"]);
  const madeUp = () => issuer.token(["admin"], { keyId: "made-up" });
  /** Waits until the issuer was asked so often, and its answer has been read. */
  const hasAsked = async (times: number): Promise<void> => {
    for (let tries = 0; issuer.asked < times && tries < 100; tries += 1) await pause();
    await pause();
    expect(issuer.asked).to.equal(times);
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

  it("are read once for all that come within their age, and anew after it", async () => {
    expect(await Promise.all([verify(await token()), verify(await token())])).to.deep.equal(["good", "good"]);
    time += KEY_TIMES.maxAgeMs;
    expect(await verify(await token())).to.equal("good");
    expect(issuer.asked).to.equal(1);
    time += 1;
    expect(await verify(await token())).to.equal("good");
    expect(issuer.asked).to.equal(2);
  });

  it("go on counting through an outage of the issuer, which is told and asked no more than it can bear", async () => {
    await verify(await token());
    issuer.answers = false;
    time += KEY_TIMES.maxAgeMs + 1;
    for (let request = 0; request < 5; request += 1) expect(await verify(await token())).to.equal("good");
    await hasAsked(2);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include({ issuer: issuer.url });
    time += KEY_TIMES.cooldownMs;
    expect(await verify(await token())).to.equal("good");
    await hasAsked(3);
    expect(warnings).to.have.length(2);
  });

  it("count no longer than a day without an answer of the issuer, and again with one", async () => {
    await verify(await token());
    issuer.answers = false;
    time += KEY_TIMES.outageMs;
    expect(await verify(await token())).to.equal("good");
    time += KEY_TIMES.cooldownMs;
    expect(await verify(await token())).to.equal("unavailable");
    issuer.answers = true;
    time += KEY_TIMES.cooldownMs;
    expect(await verify(await token())).to.equal("good");
  });

  it("that were taken back count no longer than their age, however long nobody asked", async () => {
    await verify(await token());
    issuer.keys.length = 0;
    expect(await verify(await token())).to.equal("good");
    time += 3 * KEY_TIMES.outageMs;
    expect(await verify(await token())).to.equal("unknown key");
  });

  it("that are new are found at once, by all that come with them at the same time", async () => {
    await verify(await token());
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    issuer.keys.push({ ...(await exportJWK(publicKey)), kid: "two", use: "sig" });
    const renewed = await issuer.token(["admin"], { key: privateKey, keyId: "two" });
    time += KEY_TIMES.cooldownMs;
    expect(await Promise.all([verify(renewed), verify(renewed)])).to.deep.equal(["good", "good"]);
    expect(issuer.asked).to.equal(2);
  });

  it("that are made up have the issuer asked once in the cooldown", async () => {
    await verify(await token());
    time += KEY_TIMES.cooldownMs - 1;
    expect(await verify(await madeUp())).to.equal("unknown key");
    expect(issuer.asked).to.equal(1);
    time += 1;
    for (let request = 0; request < 5; request += 1)
      expect(await verify(await madeUp())).to.equal("unknown key");
    expect(issuer.asked).to.equal(2);
  });

  it("that are made up have it asked as seldom while it does not answer, when nobody can tell", async () => {
    await verify(await token());
    issuer.answers = false;
    time += KEY_TIMES.cooldownMs;
    for (let request = 0; request < 5; request += 1)
      expect(await verify(await madeUp())).to.equal("unavailable");
    expect(issuer.asked).to.equal(2);
    expect(await verify(await token())).to.equal("good");
  });
});
