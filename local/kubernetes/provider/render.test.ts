import { expect } from "chai";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { render, renderPath, unrender } from "./render";

const SERVICE = { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "acme" } };

describe("objects written as YAML", () => {
  let directory: string;
  before(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "render-"))));
  after(() => fs.rmSync(directory, { recursive: true }));

  it("have the official provider's file names", () => {
    expect(renderPath("out", SERVICE)).to.equal(path.join("out", "1-manifest", "v1-service-acme-web.yaml"));
  });

  it("are apart when they define others", () => {
    const definition = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "a.example" },
    };
    expect(renderPath("out", definition)).to.equal(
      path.join("out", "0-crd", "apiextensions.k8s.io_v1-customresourcedefinition-default-a.example.yaml"),
    );
  });

  it("are written, and removed again", () => {
    render(directory, SERVICE);
    const file = renderPath(directory, SERVICE);
    expect(fs.readFileSync(file, "utf8")).to.equal(
      "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: acme\n",
    );
    unrender(directory, SERVICE);
    expect(fs.existsSync(file)).to.equal(false);
  });
});
