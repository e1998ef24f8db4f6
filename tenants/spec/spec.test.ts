import { expect } from "chai";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  TenantSpecError,
  UnknownTenantError,
  directorySpecSource,
  parseRelease,
  parseTenantSpec,
  parseTenantSpecText,
  readRelease,
} from ".";

const SPEC = {
  id: "acme",
  name: "Acme Corporation",
  tier: "silo",
  contact: "platform@acme.example",
  cell: "eu-1",
  size: "small",
  database: { engine: "postgres", size: "small" },
};

const IMAGE = `registry.example.com/web@sha256:${"a".repeat(64)}`;

/** What a spec with these changes is refused for. */
function problems(changes: Record<string, unknown>): readonly string[] {
  try {
    parseTenantSpec({ ...SPEC, ...changes }, "acme.yaml");
  } catch (error) {
    if (error instanceof TenantSpecError) return error.problems;
    throw error;
  }
  return [];
}

describe("tenant spec", () => {
  it("is filled up with defaults", () => {
    expect(parseTenantSpec(SPEC, "acme.yaml")).to.deep.equal({
      ...SPEC,
      database: { engine: "postgres", size: "small", deletionProtection: true },
      operators: { principalArns: [] },
      release: {},
    });
  });

  it("can say everything", () => {
    const whole = {
      ...SPEC,
      database: { engine: "mysql", version: "8.4.7", size: "large", deletionProtection: false },
      operators: { principalArns: ["arn:aws:iam::123456789012:role/acme-support"] },
      release: { gateway: IMAGE, web: IMAGE, app: IMAGE, admin: IMAGE },
    };
    expect(parseTenantSpec(whole, "acme.yaml")).to.deep.equal(whole);
  });

  const mutations: [what: string, changes: Record<string, unknown>, expected: string[]][] = [
    [
      "an id in uppercase",
      { id: "ACME" },
      ["id 'ACME': expected only lowercase letters a-z, digits and hyphens"],
    ],
    [
      "an id of 64 characters",
      { id: "a".repeat(64) },
      [`id '${"a".repeat(64)}' has 64 characters: expected 3 to 24`],
    ],
    [
      "kube-system",
      { id: "kube-system" },
      ["id 'kube-system' begins with the reserved 'kube-': expected another name"],
    ],
    ["a double hyphen", { id: "ac--me" }, ["id 'ac--me': expected no two hyphens in a row"]],
    [
      "a reserved word",
      { id: "admin" },
      ["id 'admin' is a reserved word: expected a name that nothing else in the cell has"],
    ],
    ["no id", { id: undefined }, ["id is missing: expected a string"]],
    ["an id that is a number", { id: 7 }, ["id is 7: expected a string"]],
    ["an unknown tier", { tier: "gold" }, ["tier is 'gold': expected 'silo', 'bridge', 'pool'"]],
    ["a tier to come", { tier: "pool" }, ["tier 'pool' is not offered yet: expected 'silo'"]],
    ["no cell", { cell: undefined }, ["cell is missing: expected a string"]],
    [
      "a cell that cannot be",
      { cell: "EU" },
      [
        "cell name is 'EU': expected lowercase letters, digits and single hyphens, a letter first and no hyphen last",
      ],
    ],
    ["a contact that is no address", { contact: "acme" }, ["contact is 'acme': expected an e-mail address"]],
    ["no contact", { contact: undefined }, ["contact is missing: expected a string"]],
    ["an empty name", { name: " " }, ["name is ' ': expected at least 1 character"]],
    ["an unknown size", { size: "huge" }, ["size is 'huge': expected 'small', 'medium', 'large'"]],
    ["no database", { database: undefined }, ["database is missing: expected an object"]],
    [
      "an unknown engine",
      { database: { engine: "oracle", size: "small" } },
      ["database.engine is 'oracle': expected 'postgres', 'mysql'"],
    ],
    [
      "a version that the cell has no parameter group for",
      { database: { engine: "postgres", size: "small", version: "16" } },
      [
        "database.version is '16': expected '17' or a minor version of it, as the cell's parameter group is for postgres 17",
      ],
    ],
    [
      "an image by tag",
      { release: { web: "web:1" } },
      ["release.web is 'web:1': expected an image by digest, <repository>@sha256:<64 hexadecimal digits>"],
    ],
    [
      "an operator that is no principal",
      { operators: { principalArns: ["acme-support"] } },
      ["operators.principalArns.0 is 'acme-support': expected the ARN of an IAM role or user"],
    ],
    [
      "the same operator twice",
      {
        operators: {
          principalArns: ["arn:aws:iam::123456789012:role/ops", "arn:aws:iam::123456789012:role/ops"],
        },
      },
      [
        "operators.principalArns.1 is 'arn:aws:iam::123456789012:role/ops', as is operators.principalArns.0: expected each principal once",
      ],
    ],
    ["a field that is not known", { datebase: {} }, ["datebase is not a known field"]],
    [
      "several fields at once",
      { tier: "gold", size: "huge", extra: 1 },
      [
        "tier is 'gold': expected 'silo', 'bridge', 'pool'",
        "size is 'huge': expected 'small', 'medium', 'large'",
        "extra is not a known field",
      ],
    ],
  ];
  for (const [what, changes, expected] of mutations) {
    it(`is refused with ${what}`, () => {
      expect(problems(changes)).to.deep.equal(expected);
    });
  }

  it("names the file, and each problem on a line", () => {
    expect(() => parseTenantSpec({ ...SPEC, tier: "gold", size: "huge" }, "specs/acme.yaml")).to.throw(
      "specs/acme.yaml: 2 problems\n  - tier is 'gold': expected 'silo', 'bridge', 'pool'\n  - size is 'huge': expected 'small', 'medium', 'large'",
    );
  });

  it("is refused as a list, as nothing, and as no YAML", () => {
    expect(() => parseTenantSpecText("- acme", "x.yaml")).to.throw(
      'x.yaml: the document is ["acme"]: expected an object',
    );
    expect(() => parseTenantSpecText("", "x.yaml")).to.throw(
      "x.yaml: the document is null: expected an object",
    );
    expect(() => parseTenantSpecText("id: [", "x.yaml")).to.throw(
      TenantSpecError,
      /^x.yaml: not YAML: .*line 1/,
    );
    expect(() => parseTenantSpecText("id: a\nid: b", "x.yaml")).to.throw(
      TenantSpecError,
      /^x.yaml: not YAML: .*unique/,
    );
  });
});

describe("release", () => {
  it("that ships is valid", async () => {
    const release = await readRelease(path.join(__dirname, "..", "release.yaml"));
    expect(Object.keys(release.services)).to.deep.equal(["web", "app", "admin"]);
  });

  it("names every wrong image at once", () => {
    const text = "version: v1\ngateway: {image: nginx}\nservices: {web: {image: web}, app: {}}\n";
    expect(() => parseRelease(text, "release.yaml")).to.throw(
      TenantSpecError,
      [
        "release.yaml: 4 problems",
        "  - gateway.image is 'nginx': expected an image by digest, <repository>@sha256:<64 hexadecimal digits>",
        "  - services.web.image is 'web': expected an image by digest, <repository>@sha256:<64 hexadecimal digits>",
        "  - services.app.image is missing: expected a string",
        "  - services.admin is missing: expected an object",
      ].join("\n"),
    );
  });
});

describe("directory of specs", () => {
  let directory: string;
  const write = (file: string, id: string) =>
    writeFile(path.join(directory, file), JSON.stringify({ ...SPEC, id }), "utf8");

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "tenantry-specs-"));
    await write("acme.yaml", "acme");
    await write("globex.yml", "globex");
    await writeFile(path.join(directory, "README.md"), "not a spec", "utf8");
  });
  afterEach(() => rm(directory, { recursive: true }));

  const refusal = async (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => "accepted",
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );

  it("lists and reads what is there", async () => {
    const source = directorySpecSource(directory);
    expect(await source.ids()).to.deep.equal(["acme", "globex"]);
    expect((await source.read("globex")).id).to.equal("globex");
  });

  it("ships with specs that are valid", async () => {
    const source = directorySpecSource(path.join(__dirname, "..", "specs"));
    expect(await source.ids()).to.deep.equal(["acme", "globex"]);
    expect((await source.read("acme")).cell).to.equal("local");
    expect((await source.read("globex")).cell).to.equal("local");
  });

  it("says which tenants there are when asked for another", async () => {
    const attempt = directorySpecSource(directory).read("initech");
    expect(await attempt.catch((error: unknown) => error)).to.be.instanceOf(UnknownTenantError);
    expect(await refusal(attempt)).to.equal(
      `tenant 'initech' has no spec in ${directory}: expected one of acme, globex`,
    );
  });

  it("names both files that claim an id", async () => {
    await write("zeta.yaml", "acme");
    const message = `${directory}: id 'acme' is claimed by ${directory}/acme.yaml and ${directory}/zeta.yaml: expected one file a tenant`;
    expect(await refusal(directorySpecSource(directory).read("acme"))).to.equal(message);
    expect(await refusal(directorySpecSource(directory).ids())).to.equal(message);
  });

  it("refuses two files for one tenant that differ in their ending", async () => {
    await write("acme.yml", "acme");
    expect(await refusal(directorySpecSource(directory).read("acme"))).to.equal(
      `${directory}: id 'acme' is claimed by ${directory}/acme.yaml and ${directory}/acme.yml: expected one file a tenant`,
    );
  });

  it("refuses a file that is not named after its tenant", async () => {
    await write("zeta.yaml", "initech");
    const message = `${directory}/zeta.yaml: id is 'initech': expected 'zeta', as the file is named after its tenant`;
    expect(await refusal(directorySpecSource(directory).read("initech"))).to.equal(message);
    expect(await refusal(directorySpecSource(directory).read("zeta"))).to.equal(message);
  });

  it("does not let one tenant's broken file stop another", async () => {
    await writeFile(path.join(directory, "broken.yaml"), "id: [", "utf8");
    const source = directorySpecSource(directory);
    expect((await source.read("acme")).id).to.equal("acme");
    expect(await refusal(source.read("broken"))).to.match(/broken\.yaml: not YAML/);
  });

  it("says that a directory cannot be read", async () => {
    expect(await refusal(directorySpecSource(path.join(directory, "none")).ids())).to.match(
      /none: cannot be read: ENOENT/,
    );
  });
});
