import { expect } from "chai";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { type InstancePaths, instancePaths } from "../paths";
import { preparePulumiHome } from "./home";
import { pinnedVersions } from "./plugins";

const tools = {
  pulumi: "/tools/pulumi",
  languageHost: "/tools/pulumi-language-nodejs",
  kubernetes: "/tools/tenantry-kubernetes",
};

describe("the Pulumi home of a local cloud", () => {
  let folder: string;
  let paths: InstancePaths;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tenantry home "));
    paths = instancePaths("test", folder);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("has the four plugins under the versions that package.json pins", () => {
    preparePulumiHome(paths, tools);
    const versions = pinnedVersions();
    expect(readdirSync(path.join(paths.pulumiHome, "plugins"))).to.have.members([
      `resource-aws-v${versions.aws}`,
      `resource-awsx-v${versions.awsx}`,
      `resource-eks-v${versions.eks}`,
      `resource-kubernetes-v${versions.kubernetes}`,
    ]);
  });

  it("makes a plugin a program that knows where its cloud's address book is", () => {
    preparePulumiHome(paths, tools);
    const file = path.join(
      paths.pulumiHome,
      "plugins",
      `resource-aws-v${pinnedVersions().aws}`,
      "pulumi-resource-aws",
    );
    expect(statSync(file).mode & 0o777).to.equal(0o755);
    expect(path.resolve(path.dirname(file), "../../../cloud.json")).to.equal(paths.cloudFile);
    expect(readFileSync(file, "utf8")).to.contain("../../../cloud.json");
  });

  it("drops plugins of versions that are not pinned any more", () => {
    const old = path.join(paths.pulumiHome, "plugins", "resource-aws-v1.0.0");
    mkdirSync(old, { recursive: true });
    preparePulumiHome(paths, tools);
    expect(readdirSync(path.dirname(old))).not.to.include("resource-aws-v1.0.0");
  });

  it("keeps its passphrase, which only the owner can read", () => {
    preparePulumiHome(paths, tools);
    const passphrase = readFileSync(paths.passphraseFile, "utf8");
    preparePulumiHome(paths, tools);
    expect(readFileSync(paths.passphraseFile, "utf8")).to.equal(passphrase);
    expect(passphrase.trim()).to.have.length(43);
    expect(statSync(paths.passphraseFile).mode & 0o777).to.equal(0o600);
  });

  it("has the passphrase of the other instances of its clone, and another than other clones", () => {
    const read = (paths: InstancePaths) => {
      preparePulumiHome(paths, tools);
      return readFileSync(paths.passphraseFile, "utf8");
    };
    expect(read(instancePaths("second", folder))).to.equal(read(paths));
    expect(read(instancePaths("test", path.join(folder, "clone")))).not.to.equal(read(paths));
  });

  it("has the programs for PATH, and follows when they move", () => {
    preparePulumiHome(paths, { ...tools, pulumi: "/old/pulumi" });
    preparePulumiHome(paths, tools);
    const link = (name: string) => readlinkSync(path.join(paths.bin, name));
    expect(link("pulumi")).to.equal(tools.pulumi);
    expect(link("pulumi-language-nodejs")).to.equal(tools.languageHost);
    expect(link("kubectl")).to.equal(tools.kubernetes);
  });

  it("leaves the language host to a CLI that brings its own", () => {
    preparePulumiHome(paths, tools);
    preparePulumiHome(paths, { ...tools, languageHost: null });
    expect(readdirSync(paths.bin)).to.have.members(["pulumi", "kubectl"]);
  });

  it("names its state folder in a way that survives spaces", () => {
    const { backendUrl } = preparePulumiHome(paths, tools).pulumi;
    expect(backendUrl).to.match(/^file:\/\/\/.*tenantry%20home%20/);
  });
});
