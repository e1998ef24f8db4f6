import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { Command } from "commander";
import packageJson from "../../package.json";
import { engineProgram } from "../../tenants/cli";
import { ENGINE_EXIT_CODES, type ExitCodeMeanings, exitCodesHelp } from "../../tenants/cli/exit-codes";
import { SERVICE_EXIT_CODES } from "./exit-codes";
import { buildProgram } from "./program";
import { readSpecFiles } from "./spec-files";
import { processSurroundings } from "./surroundings";
import { scratch, tenantry } from "./testing/terminal";

const ROOT = path.resolve(__dirname, "../..");

interface Leaf {
  readonly path: string;
  readonly command: Command;
}

/** The commands that do something. That of the engine stands in for a program of its own. */
function leaves(command: Command, at: string): Leaf[] {
  if (command.commands.length === 0) return at === "tenantry engine" ? [] : [{ path: at, command }];
  return command.commands.flatMap((it) => leaves(it, `${at} ${it.name()}`));
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

function examplesOf(command: Command): string[] {
  return [...helpOf(command).matchAll(/^ {2}\$ (.*)$/gm)].map(([, example = ""]) => example);
}

/** The words that a shell makes of an example, run in this repository. */
function wordsOf(example: string): string[] {
  const folder = scratch();
  mkdirSync(path.join(folder, ".config/fish/completions"), { recursive: true });
  const file = path.join(folder, "words");
  const script = `fpath=(x ${folder}); tenantry() { printf '%s\\0' "$@" > ${file}; }; ${example}`;
  execFileSync("bash", ["--norc", "-c", script], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], HOME: folder },
    stdio: "ignore",
  });
  return readFileSync(file, "utf8").split("\0").slice(0, -1);
}

/** Parses words with a program whose commands do nothing; the path of the one that they name. */
async function parsed(program: Command, name: string, words: readonly string[]): Promise<string | undefined> {
  let named: string | undefined;
  for (const leaf of leaves(program, name)) {
    leaf.command.action(() => void (named = leaf.path));
    leaf.command.configureOutput({ writeErr: () => undefined });
  }
  await program.parseAsync(["node", name, ...words]);
  return named;
}

const PROGRAMS = [
  {
    name: "tenantry",
    build: () => buildProgram(processSurroundings(), () => undefined),
    exitCodes: SERVICE_EXIT_CODES,
  },
  { name: "tenantry engine", build: () => engineProgram(() => undefined), exitCodes: ENGINE_EXIT_CODES },
];

for (const { name, build, exitCodes } of PROGRAMS) {
  describe(`the help of ${name}`, () => {
    for (const { path: at, command } of leaves(build(), name)) {
      it(`of ${at} has an example that is taken`, async () => {
        const examples = examplesOf(command);
        expect(examples).not.to.deep.equal([]);
        for (const example of examples) {
          const words = wordsOf(example).slice(name.split(" ").length - 1);
          expect(await parsed(build(), name, words), example).to.equal(at);
          const files = words.filter((word) => existsSync(path.join(ROOT, word)));
          await readSpecFiles(files.map((file) => path.join(ROOT, file)));
        }
      });

      it(`of ${at} says what its exit codes mean`, () => {
        expect(helpOf(command)).to.include(exitCodesHelp(exitCodes));
      });
    }

    it("has examples that are taken", async () => {
      const examples = examplesOf(build());
      expect(examples).not.to.deep.equal([]);
      for (const example of examples) {
        const words = wordsOf(example).slice(name.split(" ").length - 1);
        expect(await parsed(build(), name, words), example).not.to.equal(undefined);
      }
    });
  });
}

describe("the exit codes of a README", () => {
  const readmes: readonly [string, ExitCodeMeanings][] = [
    ["onboarding/cli/README.md", SERVICE_EXIT_CODES],
    ["tenants/cli/README.md", ENGINE_EXIT_CODES],
  ];
  for (const [file, meanings] of readmes) {
    it(`${file} are those of the help`, () => {
      const text = readFileSync(path.join(ROOT, file), "utf8");
      const table = /^\| exit code .*\n\|.*\n((?:\|.*\n)+)/m.exec(text)?.[1] ?? "";
      const rows = table.trim().split("\n");
      const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
      expect(Object.fromEntries(cells.map(([, code, meaning]) => [code, meaning]))).to.deep.equal(
        Object.fromEntries(Object.entries(meanings)),
      );
    });
  }
});

describe("tenantry --version", () => {
  it("prints the version of the package", async () => {
    expect(await tenantry(["--version"])).to.include({ code: 0, out: `${packageJson.version}\n` });
  });
});
