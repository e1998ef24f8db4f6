import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parseBackend, readEnvironment } from "./environment";
import { EngineNotFoundError, EnvironmentError } from "./errors";

describe("the engine's environment", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(tmpdir(), "environment-test-"));
    writeFileSync(path.join(directory, "pulumi"), "");
    chmodSync(path.join(directory, "pulumi"), 0o755);
  });
  after(() => rmSync(directory, { recursive: true }));

  it("is the CLI on PATH and the backend", () => {
    const environment = { PATH: `/nowhere:${directory}`, PULUMI_BACKEND_URL: "s3://state?region=eu-west-1" };
    expect(readEnvironment(environment)).to.deep.equal({
      pulumi: path.join(directory, "pulumi"),
      backend: { url: "s3://state?region=eu-west-1", diy: true, directory: undefined },
    });
  });

  it("is refused without a backend", () => {
    expect(() => readEnvironment({ PATH: directory })).to.throw(
      EnvironmentError,
      "PULUMI_BACKEND_URL is not set",
    );
  });

  it("is refused with a backend that is no URL", () => {
    const environment = { PATH: directory, PULUMI_BACKEND_URL: "state" };
    expect(() => readEnvironment(environment)).to.throw(EnvironmentError, "PULUMI_BACKEND_URL is 'state'");
  });

  it("is refused without the CLI", () => {
    const environment = { PATH: "/nowhere", PULUMI_BACKEND_URL: "file:///state" };
    expect(() => readEnvironment(environment)).to.throw(
      EngineNotFoundError,
      "'pulumi' was not found on PATH",
    );
  });

  it("knows a file backend's directory", () => {
    expect(parseBackend("file:///var/state")).to.deep.equal({
      url: "file:///var/state",
      diy: true,
      directory: "/var/state",
    });
  });

  it("knows a Pulumi service", () => {
    expect(parseBackend("https://api.example.com").diy).to.equal(false);
  });
});
