import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { BadInputError } from "./failure";
import { type CommandOptions, parseCount, policyPacksOf } from "./options";
import { selectIds, selectSpecs } from "./selection";

const spec = (id: string, tier = "silo") =>
  `{ id: ${id}, name: ${id}, tier: ${tier}, contact: a@example.com, cell: local, size: small, database: { engine: postgres, size: small } }`;

describe("the choice of tenants", () => {
  let options: CommandOptions;
  beforeEach(() => {
    options = { specs: mkdtempSync(path.join(tmpdir(), "specs-")), concurrency: 1 };
    for (const id of ["acme", "globex"]) writeFileSync(path.join(options.specs, `${id}.yaml`), spec(id));
    writeFileSync(path.join(options.specs, "initech.yaml"), spec("initech", "gold"));
  });
  afterEach(() => rmSync(options.specs, { recursive: true }));

  const failure = async (of: Promise<unknown>): Promise<Error> => {
    try {
      await of;
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error("it did not fail");
  };

  it("takes those that are named, each once", async () => {
    expect((await selectSpecs(["globex", "acme", "globex"], options)).map(({ id }) => id)).to.deep.equal([
      "globex",
      "acme",
    ]);
  });

  it("takes all", async () => {
    const all = () => Promise.resolve(["a", "b"]);
    expect(await selectIds([], { ...options, all: true }, all)).to.deep.equal(["a", "b"]);
  });

  it("refuses none", async () => {
    expect(await failure(selectSpecs([], options))).to.include({
      name: "BadInputError",
      message: "no tenant was named: expected one or more tenant ids, or --all",
    });
  });

  it("refuses names besides --all", async () => {
    const error = await failure(selectSpecs(["acme"], { ...options, all: true }));
    expect(error.message).to.equal("--all was given with acme: expected one or the other");
  });

  it("tells every wrong spec at once", async () => {
    const error = await failure(selectSpecs(["initech", "nobody"], options));
    expect(error).to.be.instanceOf(BadInputError);
    expect(error.message).to.include("'gold'").and.to.include("'nobody'");
  });

  it("leaves a spec that is not asked for alone", async () => {
    expect(await selectSpecs(["acme"], options)).to.have.length(1);
  });
});

describe("options", () => {
  it("refuse a directory that is no policy pack", () => {
    const options = { specs: "", concurrency: 1, policyPack: ["/nowhere"] };
    expect(() => policyPacksOf(options)).to.throw(
      BadInputError,
      "--policy-pack is '/nowhere': expected a directory with a PulumiPolicy.yaml",
    );
  });

  for (const text of ["0", "65", "1.5", "two"]) {
    it(`refuse ${text} tenants at once`, () => {
      expect(() => parseCount(text)).to.throw(BadInputError, `--concurrency is '${text}'`);
    });
  }
});
