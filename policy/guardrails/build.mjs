// Bundles the pack into dist/index.js. A pack serializes no functions and needs a small part of the Pulumi SDK
// only; leaving the rest out makes it load four times as fast, in less than half of the memory.
import { fileURLToPath } from "node:url";
import * as path from "node:path";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));

/** What @pulumi/policy uses of the SDK's entry point. The entry point itself loads the TypeScript compiler. */
const slimSdk = {
  name: "slim-pulumi-sdk",
  setup(build) {
    build.onResolve({ filter: /^@pulumi\/pulumi$/ }, () => ({ path: "sdk", namespace: "slim" }));
    build.onLoad({ filter: /.*/, namespace: "slim" }, () => ({
      contents: `
        exports.asset = require("@pulumi/pulumi/asset");
        exports.Output = require("@pulumi/pulumi/output").Output;`,
      resolveDir: here,
    }));
    build.onResolve({ filter: /(typescript-shim|createClosure|serializeClosure)$/ }, ({ path: name }) => ({
      path: name,
      namespace: "unused",
    }));
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "" }));
  },
};

export async function buildGuardrails() {
  await esbuild.build({
    entryPoints: [path.join(here, "index.ts")],
    outfile: path.join(here, "dist", "index.js"),
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
    plugins: [slimSdk],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildGuardrails();
