import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type FakeApi, startFakeApi } from "./testing/fake-api";
import { envOf, scratch, tenantry } from "./testing/terminal";

describe("tenantry login", () => {
  let api: FakeApi;
  let home: string;
  before(async () => {
    api = await startFakeApi({
      "GET /v1/tiers": { status: 200, body: { items: [] } },
      "GET /v1/tenants": { status: 200, body: { items: [] } },
    });
  });
  after(() => api.close());
  beforeEach(() => {
    home = scratch();
  });

  const file = () => path.join(home, "tenantry", "credentials.json");
  const run = (args: string[], more: Record<string, string> = {}, input?: string) =>
    tenantry(args, { env: { XDG_CONFIG_HOME: home, ...more }, input });
  const flags = () => [
    "--api-url",
    api.url,
    "--issuer",
    api.url,
    "--client-id",
    "ci",
    "--client-secret",
    "-",
  ];

  it("keeps what works, for its owner only", async () => {
    const { code, out } = await run(["login", ...flags()], {}, "s3cret\n");
    expect([code, out]).to.deep.equal([0, `logged in at ${api.url} as ci; kept in ${file()}\n`]);
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
    expect(statSync(path.dirname(file())).mode & 0o777).to.equal(0o700);
    expect(JSON.parse(readFileSync(file(), "utf8"))).to.deep.equal({
      apiUrl: api.url,
      issuer: api.url,
      clientId: "ci",
      clientSecret: "s3cret",
    });
    expect((await run(["list"])).out).to.equal("no tenants\n");
  });

  it("asks for the secret where somebody is there", async () => {
    const { questions } = await tenantry(["login", ...flags()], {
      env: { XDG_CONFIG_HOME: home },
      answer: true,
      input: "typed",
    });
    expect(questions).to.deep.equal(["client secret: "]);
    expect(JSON.parse(readFileSync(file(), "utf8"))).to.have.property("clientSecret", "typed");
  });

  it("takes no secret as an argument, and does not repeat it", async () => {
    const { code, err } = await run(["login", ...flags().slice(0, -1), "s3cret"]);
    expect(code).to.equal(2);
    expect(err).to.include("expected - to have it read from standard input, or TENANTRY_CLIENT_SECRET");
    expect(err).not.to.include("s3cret");
    expect(() => statSync(file())).to.throw("ENOENT");
  });

  it("takes from the environment what no flag says", async () => {
    expect((await run(["login", "--client-id", "other"], envOf(api.url))).code).to.equal(0);
    expect(JSON.parse(readFileSync(file(), "utf8"))).to.include({
      clientId: "other",
      clientSecret: "s3cret",
    });
  });

  it("keeps nothing that does not work", async () => {
    const { code, err } = await run(
      [
        "login",
        "--api-url",
        api.url,
        "--issuer",
        "http://127.0.0.1:1",
        "--client-id",
        "a",
        "--client-secret",
        "-",
      ],
      {},
      "b",
    );
    expect(code).to.equal(1);
    expect(err).to.include("the issuer at http://127.0.0.1:1 cannot be reached");
    expect(() => statSync(file())).to.throw("ENOENT");
  });

  it("says what is missing", async () => {
    expect(await run(["login", "--client-id", "ci"])).to.include({
      code: 2,
      err: "error: --api-url, --issuer are missing\n",
    });
    expect(await run(["login", "--client-id", "ci", "--client-secret", "-"])).to.include({
      code: 2,
      err: "error: --api-url, --issuer, --client-secret are missing\n",
    });
  });

  it("sends no secret in the clear", async () => {
    const { code, err } = await run(["list"], {
      ...envOf(api.url),
      TENANTRY_ISSUER: "http://login.example.com",
    });
    expect(code).to.equal(2);
    expect(err).to.include(
      "TENANTRY_ISSUER is 'http://login.example.com': expected an https URL, or an http one of this machine",
    );
  });

  it("sends no kept secret to an address of the environment", async () => {
    await run(["login", ...flags()], {}, "s3cret\n");
    const { code, err } = await run(["list"], { TENANTRY_API_URL: "https://elsewhere.example.com" });
    expect([code, err]).to.deep.equal([
      2,
      "error: TENANTRY_ISSUER, TENANTRY_CLIENT_ID, TENANTRY_CLIENT_SECRET are missing\n",
    ]);
  });

  it("reads no file that others can read", async () => {
    await run(["login", ...flags()], {}, "s3cret\n");
    chmodSync(file(), 0o644);
    const { code, err } = await run(["list"]);
    expect(code).to.equal(2);
    expect(err).to.include("has mode 644: expected 600");
  });

  it("keeps a person's new refresh token", async () => {
    const login = { apiUrl: api.url, issuer: api.url, clientId: "cli", refreshToken: "r" };
    mkdirSync(path.dirname(file()), { recursive: true });
    writeFileSync(file(), JSON.stringify(login), { mode: 0o600 });
    expect((await run(["list"])).out).to.equal("no tenants\n");
    expect(JSON.parse(readFileSync(file(), "utf8"))).to.deep.equal({ ...login, refreshToken: "r+" });
    expect(statSync(file()).mode & 0o777).to.equal(0o600);
  });

  it("lets commands that begin at once renew a login one after the other", async () => {
    const login = { apiUrl: api.url, issuer: api.url, clientId: "cli", refreshToken: "s" };
    mkdirSync(path.dirname(file()), { recursive: true });
    writeFileSync(file(), JSON.stringify(login), { mode: 0o600 });
    const ran = await Promise.all([run(["list"]), run(["list"]), run(["list"])]);
    expect(ran.map(({ code, err }) => [code, err])).to.deep.equal([0, 1, 2].map(() => [0, ""]));
    expect(readFileSync(file(), "utf8")).to.include('"s+++"');
  });

  it("says that a file is broken", async () => {
    mkdirSync(path.dirname(file()), { recursive: true });
    writeFileSync(file(), '{"apiUrl":1}', { mode: 0o600 });
    expect((await run(["list"])).err).to.include(
      "credentials.json: apiUrl is missing or wrong; run: tenantry login",
    );
  });

  it("takes a token that was got elsewhere, and no secret beside it", async () => {
    const env = { TENANTRY_API_URL: api.url, TENANTRY_TOKEN: "el5ewhere" };
    expect((await run(["list"], env)).out).to.equal("no tenants\n");
    expect(api.requests().at(-1)?.headers.authorization).to.equal("Bearer el5ewhere");
    await run(["list"], { ...envOf(api.url), ...env });
    expect(api.requests().at(-1)?.headers.authorization).to.equal("Bearer el5ewhere");
  });

  it("sends such a token nowhere that the environment does not name", async () => {
    await run(["login", ...flags()], {}, "s3cret\n");
    expect(await run(["list"], { TENANTRY_TOKEN: "t" })).to.include({
      code: 2,
      err: "error: TENANTRY_API_URL is missing\n",
    });
    const clear = { TENANTRY_API_URL: "http://api.example.com", TENANTRY_TOKEN: "t" };
    expect((await run(["list"], clear)).err).to.include("expected an https URL");
  });

  it("is told of where nothing is known", async () => {
    const { code, err } = await run(["list"]);
    expect(code).to.equal(2);
    expect(err).to.include("the API is not known: expected TENANTRY_API_URL");
  });
});
