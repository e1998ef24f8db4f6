import { expect } from "chai";
import { fieldManagerOf, idOf, isAutonamed, parseId, withNames } from "./naming";
import { annotation, textAt } from "./object";

const SEED = new Uint8Array([1, 2, 3]);

describe("an object's name", () => {
  it("stays when the program gives it", () => {
    const inputs = withNames(
      "Service",
      "web",
      SEED,
      {},
      { metadata: { name: "mine", namespace: "acme" } },
      "default",
    );
    expect(inputs).to.deep.equal({ metadata: { name: "mine", namespace: "acme" } });
  });

  it("is made up from the resource's, the same for the same seed, and marked", () => {
    const inputs = withNames("Service", "web", SEED, {}, {}, "default");
    expect(textAt(inputs, "metadata", "name")).to.match(/^web-[0-9a-f]{8}$/);
    expect(annotation(inputs, "pulumi.com/autonamed")).to.equal("true");
    expect(isAutonamed(inputs)).to.equal(true);
    expect(withNames("Service", "web", SEED, {}, {}, "default")).to.deep.equal(inputs);
  });

  it("is kept from the last time when it was made up then", () => {
    const first = withNames("Service", "web", SEED, {}, {}, "default");
    const again = withNames("Service", "web", new Uint8Array([9]), first, {}, "default");
    expect(textAt(again, "metadata", "name")).to.equal(textAt(first, "metadata", "name"));
  });

  it("has the provider's namespace where it needs one", () => {
    expect(textAt(withNames("Service", "web", SEED, {}, {}, "acme"), "metadata", "namespace")).to.equal(
      "acme",
    );
    expect(textAt(withNames("ClusterRole", "web", SEED, {}, {}, "acme"), "metadata", "namespace")).to.equal(
      undefined,
    );
  });

  it("makes its id, and can be read from it", () => {
    expect(idOf("Service", { metadata: { name: "web", namespace: "acme" } })).to.equal("acme/web");
    expect(idOf("Namespace", { metadata: { name: "acme" } })).to.equal("acme");
    expect(parseId("acme/web")).to.deep.equal({ name: "web", namespace: "acme" });
    expect(parseId("acme")).to.deep.equal({ name: "acme", namespace: undefined });
  });

  it("is owned on the server by the resource, run after run", () => {
    expect(fieldManagerOf("urn:a")).to.match(/^pulumi-kubernetes-[0-9a-f]{8}$/);
    expect(fieldManagerOf("urn:a")).to.equal(fieldManagerOf("urn:a")).and.not.equal(fieldManagerOf("urn:b"));
  });
});
