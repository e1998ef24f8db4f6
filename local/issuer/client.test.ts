import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { decodeJwt } from "jose";
import { LoginError, clientCredentials } from "../../onboarding/client";
import { type RunningIssuer, readClients, startIssuer } from ".";

describe("the product's client at the local issuer", () => {
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

  const secret = () => readClients(directory).find(({ id }) => id === "operator")?.secret ?? "";

  it("gets a token", async () => {
    const tokens = clientCredentials({ issuer: issuer.url, clientId: "operator", clientSecret: secret() });
    expect(decodeJwt(await tokens.token())).to.include({ iss: issuer.url, client_id: "operator" });
  });

  it("is told why it gets none", async () => {
    const tokens = clientCredentials({ issuer: issuer.url, clientId: "operator", clientSecret: "wrong" });
    const error: unknown = await tokens.token().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(LoginError);
    expect(String(error)).to.include(
      "gives client 'operator' no token: invalid_client: client_id or client_secret is wrong",
    );
  });
});
