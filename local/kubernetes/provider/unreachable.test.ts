import { expect } from "chai";
import type { PluginMap } from "../../plugin/values";
import { KubernetesProvider } from "./provider";

/** Nothing listens there. */
const kubeconfig = JSON.stringify({
  "current-context": "c",
  clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
  contexts: [{ name: "c", context: { cluster: "c", user: "u", namespace: "acme" } }],
  users: [{ name: "u", user: {} }],
});
const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "acme" } };
const request = {
  urn: "urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::c",
  type: "kubernetes:core/v1:ConfigMap",
  name: "c",
  id: "acme/c",
  signal: new AbortController().signal,
};

async function providerWith(settings: PluginMap): Promise<KubernetesProvider> {
  const provider = new KubernetesProvider("0.0.0");
  await provider.configure({ kubeconfig, ...settings });
  return provider;
}

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(() => "nothing failed", String);
}

describe("an unreachable cluster", () => {
  const read = { ...request, inputs, properties: { ...inputs, data: {} } };
  const deletion = { ...request, oldInputs: inputs, properties: inputs, timeoutSeconds: 0 };

  it("fails a refresh", async () => {
    const provider = await providerWith({});
    expect(await failure(provider.read(read))).to.contain("https://127.0.0.1:1 cannot be reached");
  });

  it("leaves the state as it is where the program says so", async () => {
    const provider = await providerWith({ skipUpdateUnreachable: "true" });
    expect(await provider.read(read)).to.deep.equal({ id: "acme/c", inputs, outputs: read.properties });
  });

  it("fails a deletion even so", async () => {
    const provider = await providerWith({ skipUpdateUnreachable: "true" });
    expect(await failure(provider.delete(deletion))).to.contain("cannot be reached");
  });

  it("has nothing any more where the program says so", async () => {
    const provider = await providerWith({ deleteUnreachable: "true" });
    expect(await provider.read(read)).to.equal(undefined);
    await provider.delete(deletion);
  });

  it("still says where objects go that name no namespace", async () => {
    const provider = await providerWith({});
    const news = { metadata: { name: "c" } };
    const checked = await provider.check({ ...request, olds: {}, news, randomSeed: new Uint8Array() });
    expect(checked.inputs["metadata"]).to.deep.equal({ name: "c", namespace: "acme" });
  });

  it("is no matter where a name is to be generated, which is refused", async () => {
    const provider = await providerWith({});
    const news = { metadata: { generateName: "c-" } };
    const checked = await provider.check({ ...request, olds: {}, news, randomSeed: new Uint8Array() });
    expect(checked.failures).to.deep.equal([
      { property: "metadata.generateName", reason: "not supported by the local cloud; expected a name" },
    ]);
  });
});
