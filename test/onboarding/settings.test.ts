import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { SETTINGS, SettingsError, readSettings, readWorkerSettings } from "../../onboarding/service";

const README = readFileSync(path.resolve(__dirname, "../../onboarding/README.md"), "utf8");

describe("the service's settings", () => {
  for (const name of SETTINGS) {
    it(`${name} is in the README's table`, () => {
      const rows = README.split("\n").filter((line) => line.startsWith("|"));
      expect(rows.some((row) => row.includes(`\`${name}\``))).to.equal(true);
    });
  }

  it("are all missed at once", () => {
    expect(() => readSettings({}))
      .to.throw(SettingsError)
      .with.property("message")
      .that.contains("TENANTRY_DATABASE_URL: not set")
      .and.contains("TENANTRY_KEY: not set")
      .and.contains("TENANTRY_ISSUER: not set");
  });

  it("of a worker want a bucket and RDS's certificates", () => {
    expect(() => readWorkerSettings({}))
      .to.throw(SettingsError)
      .with.property("message")
      .that.contains("TENANTRY_ARCHIVE_BUCKET: not set")
      .and.contains("TENANTRY_DATABASE_CA_FILE: not set");
  });

  const SET = {
    TENANTRY_DATABASE_URL: "postgres://db/tenantry",
    TENANTRY_KEY: Buffer.alloc(32).toString("base64"),
    TENANTRY_ISSUER: "https://issuer.example",
  };

  for (const [name, value, message] of [
    ["TENANTRY_TRUSTED_PROXIES", "10.0.0.0/16,10.1.0.0", "'10.1.0.0' is no network"],
    ["TENANTRY_TRUSTED_PROXIES", "10.0.0.0/33", "'10.0.0.0/33' is no network"],
    ["TENANTRY_TRUSTED_PROXIES", "1", "'1' is no network"],
    ["TENANTRY_ISSUER", "https://a.example,http://b.example", "'http://b.example' is no issuer"],
    ["TENANTRY_ISSUER", "issuer.example", "'issuer.example' is no issuer"],
    ["TENANTRY_ISSUER", "http://localhost.example", "'http://localhost.example' is no issuer"],
    ["TENANTRY_ISSUER", "https://a.example/?a=b", "'https://a.example/?a=b' is no issuer"],
    ["TENANTRY_ISSUER", ",", "expected an issuer"],
    ["TENANTRY_AUDIENCE", " , ", "expected an audience"],
  ] as const) {
    it(`refuse '${value}' as ${name}`, () => {
      expect(() => readSettings({ ...SET, [name]: value }))
        .to.throw(SettingsError)
        .with.property("message")
        .that.contains(`${name}: ${message}`);
    });
  }

  it("say which rate of calls is wrong, and what was expected", () => {
    expect(() => readSettings({ TENANTRY_AWS_CALLS_PER_SECOND: "route53=5,rds=fast" }))
      .to.throw(SettingsError)
      .with.property("message")
      .that.contains(
        "TENANTRY_AWS_CALLS_PER_SECOND: 'rds=fast' says 'fast': expected calls a second, a number above 0, as rds=5",
      );
  });

  it("never tell a secret that is wrong", () => {
    expect(() => readSettings({ TENANTRY_KEY: "hunter2", TENANTRY_DATABASE_URL: "mysql://root:hunter3@db" }))
      .to.throw(SettingsError)
      .with.property("message")
      .that.does.not.match(/hunter/);
  });
});
