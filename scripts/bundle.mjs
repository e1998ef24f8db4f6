// Bundles the provider plugins, the language host and the policy pack, so that each starts as one small file.
// What is up to date is left alone. `node scripts/bundle.mjs` does it alone; setup.mjs does it, too.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SetupError } from "./setup/errors.mjs";

const repository = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const outputFolder = path.join(repository, "dist", "local");

/** Bundle name -> entry point, relative to the repository. */
const entryPoints = {
  "plugin-aws": "local/aws/provider/main.ts",
  "plugin-awsx": "local/aws/awsx/main.ts",
  "plugin-eks": "local/aws/eks/main.ts",
  "plugin-kubernetes": "local/kubernetes/provider/main.ts",
  "language-host": "local/engine/language-host/main.ts",
};

/** The launcher the engine starts as `pulumi-language-nodejs`. It is looked for beside the `pulumi` program. */
export const languageHost = path.join(repository, "dist", "bin", "pulumi-language-nodejs");

/**
 * @param {(line: string) => void} say told what is bundled, and what is not there to bundle
 */
export async function bundle(say) {
  mkdirSync(outputFolder, { recursive: true });
  for (const [name, entry] of Object.entries(entryPoints)) {
    const source = path.join(repository, entry);
    if (!existsSync(source)) {
      say(`${name}: ${entry} is not there, so it is left out`);
      continue;
    }
    await bundleOne(name, source, say);
  }
  mkdirSync(path.dirname(languageHost), { recursive: true });
  writeFileSync(languageHost, '#!/usr/bin/env node\nrequire("../local/language-host.cjs").main();\n');
  chmodSync(languageHost, 0o755);
  await bundlePolicyPack(say);
}

/**
 * The SDK's entry point serializes functions with the TypeScript compiler, which no plugin here needs, and which would
 * take most of a plugin's start-up time and memory.
 */
const withoutCompiler = {
  name: "without-compiler",
  setup(build) {
    const unused = /^(typescript|ts-node)$|(typescript-shim|createClosure|serializeClosure)$/;
    build.onResolve({ filter: unused }, ({ path: name }) => ({ path: name, namespace: "unused" }));
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "" }));
  },
};

async function bundleOne(name, source, say) {
  const output = path.join(outputFolder, `${name}.cjs`);
  const stampFile = path.join(outputFolder, `${name}.inputs.json`);
  if (existsSync(output) && isFresh(stampFile)) {
    return;
  }
  say(`bundling ${name}`);
  const { build } = await import("esbuild");
  const temporary = `${output}.${process.pid}.tmp`;
  const built = build({
    absWorkingDir: repository,
    entryPoints: [source],
    outfile: temporary,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["pg-native"],
    metafile: true,
    logLevel: "error",
    plugins: [withoutCompiler],
  });
  const { metafile } = await built.catch((error) => {
    throw new SetupError(`${name} cannot be bundled: ${error.message}`);
  });
  renameSync(temporary, output);
  const inputs = Object.keys(metafile.inputs).filter((input) => !/^[a-z-]+:/.test(input));
  writeStamp(stampFile, [...inputs, "scripts/bundle.mjs"]);
}

async function bundlePolicyPack(say) {
  const folder = path.join(repository, "policy", "guardrails");
  const build = path.join(folder, "build.mjs");
  const stampFile = path.join(outputFolder, "guardrails.inputs.json");
  if (!existsSync(build) || (existsSync(path.join(folder, "dist", "index.js")) && isFresh(stampFile))) {
    return;
  }
  say("bundling the policy pack");
  const { buildGuardrails } = await import(pathToFileURL(build).href);
  await buildGuardrails();
  const sources = ["policy/guardrails", "components/rules"].flatMap((root) =>
    readdirSync(path.join(repository, root), { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && /\.(ts|json|mjs)$/.test(entry.name) && !entry.name.endsWith(".test.ts"),
      )
      .map((entry) => path.relative(repository, path.join(entry.parentPath, entry.name))),
  );
  writeStamp(stampFile, [...sources, "package-lock.json"]);
}

/** Writes down what a bundle was made of. */
function writeStamp(file, inputs) {
  const versions = Object.fromEntries(inputs.map((input) => [input, versionOf(input)]));
  writeFileSync(file, JSON.stringify(versions));
}

function isFresh(stampFile) {
  let versions;
  try {
    versions = JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    return false;
  }
  return Object.entries(versions).every(([input, version]) => versionOf(input) === version);
}

function versionOf(input) {
  const stat = statSync(path.join(repository, input), { throwIfNoEntry: false });
  return stat ? `${stat.size}-${stat.mtimeMs}` : "";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundle((line) => process.stderr.write(`${line}\n`));
}
