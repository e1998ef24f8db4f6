import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { createAuthenticator } from "../../onboarding/auth";
import { type FakeApi, startFakeApi } from "../../onboarding/cli/testing/fake-api";
import { scratch, tenantry } from "../../onboarding/cli/testing/terminal";
import { repositoryRoot } from "../paths";
import { type RunningIssuer, startIssuer } from ".";
import { PEOPLE_CLIENT } from "./people";

/** Plays a person's browser: opens the page, says who to be, and goes where it is sent. */
async function visit(url: string, person = "ada"): Promise<Response> {
  const page = await fetch(url);
  expect(await page.text()).to.include('value="ada"');
  const body = new URLSearchParams({ person });
  const answer = await fetch(url, { method: "POST", body, redirect: "manual" });
  return fetch(answer.headers.get("location") ?? "");
}

/** The page with one parameter of the question changed on the way. */
function changed(url: string, name: string, value: string): string {
  const other = new URL(url);
  other.searchParams.set(name, value);
  return other.href;
}

describe("tenantry login of a person", () => {
  let directory: string;
  let home: string;
  let issuer: RunningIssuer;
  let api: FakeApi;
  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "issuer-"));
    issuer = await startIssuer({ directory });
    api = await startFakeApi({
      "GET /v1/tiers": { status: 200, body: { items: [] } },
      "GET /v1/tenants": { status: 200, body: { items: [] } },
    });
  });
  after(async () => {
    await Promise.all([issuer.close(), api.close()]);
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => {
    home = scratch();
  });

  const file = () => path.join(home, "tenantry", "credentials.json");
  const args = () => [
    ...["login", "--api-url", api.url, "--issuer", issuer.url],
    ...["--client-id", PEOPLE_CLIENT, "--redirect-port", "0"],
  ];
  const env = () => ({ XDG_CONFIG_HOME: home });
  const logIn = (browse: (url: string) => Promise<unknown>) =>
    tenantry(args(), { env: env(), browse: (url) => browse(url).then(() => true) });
  const identity = () =>
    createAuthenticator({ issuers: [{ issuer: issuer.url, audience: "tenantry" }] }).authenticate(
      api.requests().at(-1)?.headers.authorization,
    );

  it("is theirs, and not a program's", async () => {
    let page = "";
    const { code, out } = await logIn(async (url) => (page = await (await visit(url)).text()));
    expect([code, out]).to.deep.equal([
      0,
      `logged in at ${api.url} as ada@tenantry.example; kept in ${file()}\n`,
    ]);
    expect(page).to.equal("You are logged in. You can close this window.\n");
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
    expect(readFileSync(file(), "utf8")).not.to.include("accessToken");
    expect((await tenantry(["list"], { env: env() })).out).to.equal("no tenants\n");
    expect(await identity()).to.include({ subject: "ada", issuer: issuer.url, tenantId: undefined });
  });

  it("is that of a tenant's administrator, with their tenant", async () => {
    await logIn((url) => visit(url, "tina"));
    await tenantry(["list"], { env: env() });
    expect(await identity()).to.deep.include({ subject: "tina", roles: ["tenant-admin"], tenantId: "acme" });
  });

  it("goes by an address that is printed, too", async () => {
    const child = spawn(
      process.execPath,
      [path.join(repositoryRoot, "bin/tenantry.cjs"), ...args(), "--no-browser"],
      { env: { PATH: process.env["PATH"], ...env() }, stdio: ["ignore", "ignore", "pipe"] },
    );
    const ended = once(child, "exit");
    const said: unknown[] = await once(child.stderr, "data");
    const url = /open in a browser of this machine: (\S+)/.exec(String(said[0]))?.[1] ?? "";
    expect((await visit(url)).status).to.equal(200);
    expect(await ended).to.deep.equal([0, null]);
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
  });

  it("takes no answer to another question", async () => {
    const strangers: number[] = [];
    const { code } = await logIn(async (url) => {
      const redirect = new URL(url).searchParams.get("redirect_uri") ?? "";
      const state = new URL(url).searchParams.get("state") ?? "";
      for (const query of ["code=x", "code=x&state=y", `code=x&state=${state}&iss=https://evil.example`]) {
        strangers.push((await fetch(`${redirect}?${query}`)).status);
      }
      await visit(url);
    });
    expect([strangers, code]).to.deep.equal([[400, 400, 400], 0]);
  });

  const refusals: readonly [string, (url: string) => Promise<unknown>, string][] = [
    [
      "who is nobody of these",
      (url) => visit(url, ""),
      "the issuer refuses the login: access_denied: nobody wanted to log in",
    ],
    [
      "whose id_token is for another login",
      (url) => visit(changed(url, "nonce", "another")),
      "the issuer's id_token is of another login",
    ],
    [
      "whose code somebody else asked for",
      (url) => visit(changed(url, "code_challenge", "A".repeat(43))),
      "invalid_grant: code_verifier is not that of the code's challenge",
    ],
  ];
  for (const [who, browse, message] of refusals) {
    it(`is not that of one ${who}`, async () => {
      const { code, err } = await logIn(browse);
      expect(code).to.equal(2);
      expect(err).to.include(message);
      expect(() => statSync(file())).to.throw("ENOENT");
    });
  }

  it("is given up at Ctrl-C", async () => {
    const interrupt = new AbortController();
    const browse = () => {
      interrupt.abort();
      return Promise.resolve(true);
    };
    const { code } = await tenantry(args(), { env: env(), browse, interrupt: interrupt.signal });
    expect(code).to.equal(130);
  });

  it("says that it has ended", async () => {
    await logIn(visit);
    const kept = readFileSync(file(), "utf8").replace(/"refreshToken": ".*"/, '"refreshToken": "over"');
    writeFileSync(file(), kept, { mode: 0o600 });
    const { code, err } = await tenantry(["list"], { env: env() });
    expect([code, err]).to.deep.equal([
      2,
      `error: the issuer gives client '${PEOPLE_CLIENT}' no token: invalid_grant: refresh_token is not good; log in again\n`,
    ]);
  });
});
