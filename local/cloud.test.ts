import { expect } from "chai";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type LocalCloud, LocalCloudError, readCloud, writeCloud } from "./cloud";
import { instancePaths } from "./paths";

const cloud: LocalCloud = {
  instance: "test",
  postgres: { host: "127.0.0.1", port: 20_001, user: "postgres", password: "secret" },
  kubernetes: {
    server: "https://127.0.0.1:6443",
    kubeconfig: "/k/config",
    certificateAuthority: "/k/ca.crt",
  },
  pulumi: { home: "/h", backendUrl: "file:///s", passphraseFile: "/p" },
};

describe("the local cloud's address book", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tenantry-cloud-"));
    file = path.join(folder, "cloud.json");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const readError = () => {
    try {
      return readCloud(file);
    } catch (error) {
      return error;
    }
  };

  it("is read as it was written, by its owner only", () => {
    writeCloud(file, cloud);
    expect(readCloud(file)).to.deep.equal(cloud);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
  });

  it("says how to start a cloud that is not there", () => {
    const error = readError();
    expect(error).to.be.instanceOf(LocalCloudError);
    expect(String(error)).to.contain(file).and.to.contain("npm run local -- up");
  });

  it("names the field that is wrong", () => {
    writeFileSync(file, JSON.stringify({ ...cloud, postgres: { ...cloud.postgres, port: 0 } }));
    expect(String(readError())).to.contain("postgres.port");
  });

  it("names a file that is not JSON", () => {
    writeFileSync(file, "{");
    expect(String(readError())).to.contain(`${file} is damaged: it is not JSON`);
  });
});

describe("a local cloud's name", () => {
  for (const wrong of ["", "Default", "../x", "a b", "1a", "a".repeat(32)]) {
    it(`is not ${JSON.stringify(wrong)}`, () => {
      expect(() => instancePaths(wrong)).to.throw(`TENANTRY_LOCAL) is ${JSON.stringify(wrong)}`);
    });
  }

  it("chooses the folder", () => {
    expect(instancePaths("test-1", "/x").pulumiHome).to.equal("/x/test-1/pulumi");
  });
});
