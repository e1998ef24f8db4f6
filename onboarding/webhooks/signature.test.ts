import { createHmac } from "node:crypto";
import { expect } from "chai";
import { SignatureError, sign, verify } from "./signature";

const AT = new Date(1_700_000_000_000);
const BODY = '{"id":"evt_1"}';
const SECRET = "whsec_current";

const later = (seconds: number) => new Date(AT.getTime() + seconds * 1000);

describe("a delivery's signature", () => {
  const header = sign(BODY, [SECRET], AT);
  const check = (change: Partial<Parameters<typeof verify>[0]> = {}) =>
    verify({ header, body: BODY, secrets: [SECRET], now: AT, ...change });

  it("is the HMAC-SHA256 of time and body", () => {
    const expected = createHmac("sha256", SECRET).update(`1700000000.${BODY}`).digest("hex");
    expect(header).to.equal(`t=1700000000,v1=${expected}`);
  });

  it("is accepted, from text and from bytes", () => {
    expect(() => check()).not.to.throw();
    expect(() => check({ body: Buffer.from(BODY) })).not.to.throw();
  });

  it("is accepted with the old secret and with the new while a secret is replaced", () => {
    const both = sign(BODY, ["whsec_new", SECRET], AT);
    expect(() => check({ header: both, secrets: [SECRET] })).not.to.throw();
    expect(() => check({ header: both, secrets: ["whsec_new"] })).not.to.throw();
    expect(() => check({ secrets: ["whsec_new", SECRET] })).not.to.throw();
  });

  it("is accepted besides versions that are not known yet", () => {
    expect(() => check({ header: `${header},v2=abc` })).not.to.throw();
  });

  it("is good for five minutes, and not for a second more", () => {
    expect(() => check({ now: later(300) })).not.to.throw();
    expect(() => check({ now: later(301) })).to.throw(
      SignatureError,
      "which is 301 s ago: expected at most 300 s",
    );
  });

  it("is refused from the future", () => {
    expect(() => check({ now: later(-301) })).to.throw(SignatureError, "expected at most 300 s");
  });

  const REFUSED: readonly [string, Partial<Parameters<typeof verify>[0]>, string][] = [
    ["another body", { body: '{"id":"evt_2"}' }, "no signature matches"],
    ["another secret", { secrets: ["whsec_other"] }, "no signature matches"],
    ["no secret at all", { secrets: [] }, "no signature matches"],
    ["another time", { header: header.replace("t=1700000000", "t=1700000001") }, "no signature matches"],
    ["no header", { header: undefined }, "is missing"],
    ["no time", { header: header.replace(/^t=\d+,/, "") }, "expected one time"],
    ["two times", { header: `t=1700000001,${header}` }, "expected one time"],
    ["a time that is no number", { header: header.replace("1700000000", "NaN") }, "expected one time"],
    ["no signature", { header: "t=1700000000" }, "0 v1 signatures"],
    ["a short signature", { header: header.slice(0, -1) }, "0 v1 signatures"],
    [
      "a flood of signatures",
      { header: `${header},${Array(16).fill(header.slice(13)).join(",")}` },
      "17 v1 signatures",
    ],
  ];
  for (const [what, change, message] of REFUSED) {
    it(`is refused with ${what}`, () => {
      expect(() => check(change)).to.throw(SignatureError, message);
    });
  }
});
