import { expect } from "chai";
import { ConnectionError, LoginError } from "./errors";
import { type TestServer, json, startServer } from "./testing/server";
import { clientCredentials, personCredentials } from "./tokens";

describe("a token", () => {
  let server: TestServer;
  let lifetime: number;
  let refusal: object | undefined;
  const tokens = () => clientCredentials({ issuer: server.url, clientId: "me:too", clientSecret: "s/cret" });
  const asked = () => server.got.filter(({ path }) => path === "/token");

  beforeEach(async () => {
    lifetime = 3600;
    refusal = undefined;
    server = await startServer((response, { path }, index) => {
      if (path === "/token" && refusal !== undefined) json(response, 401, refusal);
      else if (path === "/token")
        json(response, 200, { access_token: `token-${index}`, expires_in: lifetime });
      else json(response, 200, { token_endpoint: `${server.url}/token` });
    });
  });
  afterEach(() => server.close());

  it("is asked for once, by however many", async () => {
    const provider = tokens();
    const all = await Promise.all([provider.token(), provider.token(), provider.token()]);
    expect(new Set([...all, await provider.token()]).size).to.equal(1);
    expect(asked().length).to.equal(1);
  });

  it("is replaced shortly before its end", async () => {
    lifetime = 0.04;
    const provider = tokens();
    const first = await provider.token();
    await new Promise((resolve) => setTimeout(resolve, 25));
    expect(await provider.token()).not.to.equal(first);
  });

  it("is replaced where it was refused, and only then", async () => {
    const provider = tokens();
    const first = await provider.token();
    provider.forget("another");
    expect(await provider.token()).to.equal(first);
    provider.forget(first);
    expect(await provider.token()).not.to.equal(first);
  });

  it("is not there where the issuer refuses, and says why", async () => {
    refusal = { error: "invalid_client", error_description: "client_secret is wrong" };
    const error: unknown = await tokens()
      .token()
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(LoginError);
    expect(String(error)).to.include(
      "gives client 'me:too' no token: invalid_client: client_secret is wrong",
    );
  });

  it("is not there where the issuer is not", async () => {
    const nowhere = clientCredentials({ issuer: "http://127.0.0.1:1", clientId: "a", clientSecret: "b" });
    const error: unknown = await nowhere.token().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ConnectionError);
    expect(String(error)).to.include("the issuer at http://127.0.0.1:1 cannot be reached");
  });

  it("is asked for with id and secret encoded, in the header", async () => {
    await tokens().token();
    const header = asked()[0]?.headers.authorization ?? "";
    expect(Buffer.from(header.replace("Basic ", ""), "base64").toString()).to.equal("me%3Atoo:s%2Fcret");
    expect(asked()[0]?.body).to.equal("grant_type=client_credentials");
  });
});

describe("a person's token", () => {
  it("is renewed by the refresh token that came last", async () => {
    const kept: string[] = [];
    const server = await startServer((response, { path }, index) => {
      if (path !== "/token") return json(response, 200, { token_endpoint: `${server.url}/token` });
      json(response, 200, {
        access_token: `token-${index}`,
        expires_in: 3600,
        refresh_token: `refresh-${index}`,
      });
    });
    try {
      const provider = personCredentials({
        issuer: server.url,
        clientId: "cli",
        refreshToken: "refresh",
        onNewRefreshToken: (token) => kept.push(token),
      });
      provider.forget(await provider.token());
      await provider.token();
      const forms = server.got.filter(({ path }) => path === "/token").map(({ body }) => body);
      expect(forms).to.deep.equal([
        "grant_type=refresh_token&refresh_token=refresh&client_id=cli",
        "grant_type=refresh_token&refresh_token=refresh-1&client_id=cli",
      ]);
      expect(kept).to.deep.equal(["refresh-1", "refresh-3"]);
    } finally {
      await server.close();
    }
  });
});

describe("a refresh token that is taken once", () => {
  let server: TestServer;
  let newest = "first";
  before(async () => {
    server = await startServer((response, { path, body }) => {
      if (path !== "/token") return json(response, 200, { token_endpoint: `${server.url}/token` });
      if (new URLSearchParams(body).get("refresh_token") !== newest) {
        return json(response, 400, { error: "invalid_grant" });
      }
      newest += "+";
      json(response, 200, { access_token: `by ${newest}`, expires_in: 3600, refresh_token: newest });
    });
  });
  after(() => server.close());

  const person = (newerRefreshToken?: (refused: string) => Promise<string | undefined>) =>
    personCredentials({ issuer: server.url, clientId: "cli", refreshToken: "first", newerRefreshToken });

  it("serves a second command that began beside the first", async () => {
    expect(await person().token()).to.equal("by first+");
    expect(await person(() => Promise.resolve(newest)).token()).to.equal("by first++");
  });

  it("ends the login where there is no newer one", async () => {
    const error: unknown = await person(() => Promise.resolve(undefined))
      .token()
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(LoginError);
    expect(String(error)).to.include("log in again");
  });
});

describe("an issuer", () => {
  it("is asked for no token over the wire in the clear", async () => {
    const server = await startServer((response) =>
      json(response, 200, { token_endpoint: "http://login.example.com/token" }),
    );
    try {
      const error: unknown = await clientCredentials({ issuer: server.url, clientId: "a", clientSecret: "b" })
        .token()
        .catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(LoginError);
      expect(String(error)).to.include("expected its token_endpoint to be an https URL");
      expect(server.got).to.have.length(1);
    } finally {
      await server.close();
    }
  });
});
