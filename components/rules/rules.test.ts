import { expect } from "chai";
import { MAX_CELL_NAME_LENGTH, cellNameProblems } from "./cell-name";
import { engineVersionProblems } from "./database-engine";
import { imageProblems } from "./image";

describe("cell name", () => {
  it("takes a slug as long as it may be", () => {
    expect(cellNameProblems("eu-central-1a")).to.deep.equal([]);
    expect(cellNameProblems("c".repeat(MAX_CELL_NAME_LENGTH))).to.deep.equal([]);
  });

  it("refuses one character more", () => {
    const name = "c".repeat(MAX_CELL_NAME_LENGTH + 1);
    expect(cellNameProblems(name)).to.deep.equal([
      `cell name '${name}' has 29 characters: expected at most 28`,
    ]);
  });

  for (const name of ["t", "t-1", "eu-t", "eu-t-1"]) {
    it(`refuses '${name}', in which a tenant's name would begin`, () => {
      expect(cellNameProblems(name)).to.deep.equal([
        `cell name '${name}' has the part 't': expected another, as it stands between a cell's and a tenant's name`,
      ]);
    });
  }

  it("takes a letter t that is no part of its own", () => {
    expect(cellNameProblems("test-t1-at")).to.deep.equal([]);
  });

  for (const name of ["", "Prod", "1eu", "eu-", "eu--1", "eu_1"]) {
    it(`refuses '${name}'`, () => {
      expect(cellNameProblems(name)).to.deep.equal([
        `cell name is '${name}': expected lowercase letters, digits and single hyphens, a letter first and no hyphen last`,
      ]);
    });
  }
});

describe("image", () => {
  const digest = "0123456789abcdef".repeat(4);

  for (const image of [
    `nginx@sha256:${digest}`,
    `docker.io/nginxinc/nginx-unprivileged:1.30.5-alpine@sha256:${digest}`,
    `123456789012.dkr.ecr.eu-central-1.amazonaws.com/tenantry/web@sha256:${digest}`,
    `localhost:5000/web@sha256:${digest}`,
  ]) {
    it(`takes ${image}`, () => {
      expect(imageProblems("image", image)).to.deep.equal([]);
    });
  }

  for (const image of [
    "nginx",
    "nginx:1.30",
    `nginx@sha256:${digest}0`,
    `nginx@sha256:${digest.slice(1)}`,
    `nginx@sha256:${digest.toUpperCase()}`,
    `nginx@sha512:${digest}`,
    `@sha256:${digest}`,
    `Nginx@sha256:${digest}`,
    `nginx@sha256:${digest}\n`,
  ]) {
    it(`refuses ${JSON.stringify(image)}`, () => {
      expect(imageProblems("services.web.image", image)).to.deep.equal([
        `services.web.image is '${image}': expected an image by digest, <repository>@sha256:<64 hexadecimal digits>`,
      ]);
    });
  }
});

describe("engine version", () => {
  it("takes the cell's line and its minor versions", () => {
    expect(engineVersionProblems("version", "postgres", "17")).to.deep.equal([]);
    expect(engineVersionProblems("version", "postgres", "17.6")).to.deep.equal([]);
    expect(engineVersionProblems("version", "mysql", "8.4.7")).to.deep.equal([]);
  });

  for (const [engine, version, line] of [
    ["postgres", "16", "17"],
    ["postgres", "170", "17"],
    ["postgres", "17.", "17"],
    ["postgres", "17.6.1", "17"],
    ["mysql", "8", "8.4"],
    ["mysql", "8.0.40", "8.4"],
  ] as const) {
    it(`refuses ${engine} ${version}`, () => {
      expect(engineVersionProblems("database.version", engine, version)).to.deep.equal([
        `database.version is '${version}': expected '${line}' or a minor version of it, as the cell's parameter group is for ${engine} ${line}`,
      ]);
    });
  }
});
