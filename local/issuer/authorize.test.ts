import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { z } from "zod";
import { createAuthenticator } from "../../onboarding/auth";
import { type RunningIssuer, startIssuer } from ".";
import { PEOPLE_CLIENT } from "./people";

const VERIFIER = "v".repeat(43);
const REDIRECT = "http://localhost:8710/callback";
const tokensSchema = z.object({ access_token: z.string(), id_token: z.string(), refresh_token: z.string() });

describe("the local issuer, for people", () => {
  let directory: string;
  let issuer: RunningIssuer;
  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "issuer-"));
    issuer = await startIssuer({ directory });
  });
  after(async () => {
    await issuer.close();
    rmSync(directory, { recursive: true });
  });

  const pageOf = (change: Record<string, string> = {}) => {
    const question = {
      response_type: "code",
      client_id: PEOPLE_CLIENT,
      redirect_uri: REDIRECT,
      scope: "openid",
      state: "s",
      code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
      code_challenge_method: "S256",
      ...change,
    };
    return `${issuer.url}/authorize?${new URLSearchParams(question).toString()}`;
  };
  const codeOf = async (person = "ada") => {
    const answer = await fetch(pageOf(), {
      method: "POST",
      body: new URLSearchParams({ person }),
      redirect: "manual",
    });
    return new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  };
  const ask = (form: Record<string, string>) =>
    fetch(`${issuer.url}/token`, {
      method: "POST",
      body: new URLSearchParams({ client_id: PEOPLE_CLIENT, ...form }),
    });
  const redeem = (code: string, change: Record<string, string> = {}) =>
    ask({
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
      ...change,
    });

  it("redeems a code once", async () => {
    const code = await codeOf();
    expect((await redeem(code)).status).to.equal(200);
    expect(await (await redeem(code)).json()).to.include({ error: "invalid_grant" });
  });

  const wrong: readonly [string, Record<string, string>, string][] = [
    ["with another verifier", { code_verifier: "w".repeat(43) }, "invalid_grant"],
    ["for another redirect", { redirect_uri: "http://localhost:1/callback" }, "invalid_grant"],
    ["of another client", { client_id: "admin" }, "invalid_client"],
    ["that it never gave", { code: "x" }, "invalid_grant"],
  ];
  for (const [what, change, error] of wrong) {
    it(`redeems no code ${what}`, async () => {
      const answer = await redeem(await codeOf(), change);
      expect(await answer.json()).to.include({ error });
    });
  }

  it("sends nobody to another machine", async () => {
    for (const uri of ["https://evil.example/", "http://evil.example/", "javascript:alert(1)", ""]) {
      const answer = await fetch(pageOf({ redirect_uri: uri }), { redirect: "manual" });
      expect([answer.status, answer.headers.get("location")], uri).to.deep.equal([400, null]);
    }
  });

  const refused: readonly [Record<string, string>, string][] = [
    [{ response_type: "token" }, "unsupported_response_type"],
    [{ scope: "email" }, "invalid_scope"],
    [{ code_challenge_method: "plain" }, "invalid_request"],
    [{ code_challenge: "" }, "invalid_request"],
  ];
  for (const [change, error] of refused) {
    it(`answers ${error} to ${JSON.stringify(change)}`, async () => {
      const answer = await fetch(pageOf(change), { redirect: "manual" });
      const { searchParams } = new URL(answer.headers.get("location") ?? "");
      expect([searchParams.get("error"), searchParams.get("state")]).to.deep.equal([error, "s"]);
    });
  }

  it("gives no token that speaks for anybody but the access token", async () => {
    const tokens = tokensSchema.parse(await (await redeem(await codeOf())).json());
    const authenticator = createAuthenticator({
      issuers: [{ issuer: issuer.url, audience: "tenantry" }],
    });
    expect(await authenticator.authenticate(`Bearer ${tokens.access_token}`)).to.include({ subject: "ada" });
    for (const token of [tokens.id_token, tokens.refresh_token]) {
      const failure: unknown = await authenticator
        .authenticate(`Bearer ${token}`)
        .catch((error: unknown) => error);
      expect(String(failure)).to.include("the token is for another audience");
    }
  });

  it("renews no login by a token that is none for it", async () => {
    const { access_token: token } = tokensSchema.parse(await (await redeem(await codeOf())).json());
    for (const other of [token, "x"]) {
      const answer = await ask({ grant_type: "refresh_token", refresh_token: other });
      expect(await answer.json()).to.include({ error: "invalid_grant" });
    }
  });
});
