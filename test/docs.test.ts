import { expect } from "chai";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { PROBLEMS } from "../onboarding/lifecycle";

const ROOT = path.resolve(__dirname, "..");

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")));

/** Every Markdown page of the repository. */
const PAGES = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .trim()
  .split("\n");

/** What a page says. */
function read(page: string): string {
  return fs.readFileSync(path.join(ROOT, page), "utf8");
}

/** Problems that the API answers with before there is an operation: who asked is told, and no operator has anything to do. */
const OF_REQUESTS_ALONE = new Set<string>([
  "invalid-request",
  "unauthenticated",
  "forbidden",
  "method-not-allowed",
  "tenant-id-taken",
  "tenant-busy",
  "not-cancellable",
  "precondition-required",
  "body-too-large",
  "unsupported-media-type",
  "idempotency-key-reused",
  "webhook-target-refused",
  "too-many-requests",
]);

/** What a page's headings are linked by, as GitHub makes it of them. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("the documentation", () => {
  it("is found", () => {
    expect(PAGES).to.include.members(["README.md", "CONTRIBUTING.md", "docs/design.md"]);
  });

  for (const page of PAGES) {
    it(`links to what is there: ${page}`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
        ([, link = ""]) => link,
      );
      const dead = links.filter((link) => !fs.existsSync(path.join(ROOT, path.dirname(page), link)));
      expect(dead).to.deep.equal([]);
    });

    it(`links to headings that are there: ${page}`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)#([^)\s]+)\)/g)];
      const dead = links.filter(([, file = "", anchor = ""]) => {
        const target = file === "" ? page : path.join(path.dirname(page), file);
        return target.endsWith(".md") && !anchorsOf(target).includes(anchor);
      });
      expect(dead.map(([link]) => link)).to.deep.equal([]);
    });

    it(`names npm scripts that are there: ${page}`, () => {
      const named = [...read(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(
        ([, script = ""]) => script,
      );
      expect(named.filter((script) => !(script in scripts))).to.deep.equal([]);
    });
  }

  describe("the runbook", () => {
    const [, problems = ""] = read("docs/operations.md").split(/^## Problems of an operation$/m);
    const entries = [...(problems.split(/^## /m)[0] ?? "").matchAll(/^### (.+)$/gm)].map(
      ([, title]) => title,
    );

    it("has an entry for each problem that an operation can meet, and for nothing that is none", () => {
      expect(entries).to.have.members(Object.keys(PROBLEMS).filter((type) => !OF_REQUESTS_ALONE.has(type)));
    });

    it("has every metric, and none that is not there", () => {
      const sources = ["onboarding/api/metrics.ts", "onboarding/service/metrics.ts"].map(read).join("\n");
      const measured = [...sources.matchAll(/name: "(tenantry_\w+)"/g)].map(([, name = ""]) => name);
      const named = [...read("docs/operations.md").matchAll(/`(tenantry_[a-z_]+)/g)].map(
        ([, name = ""]) => name,
      );
      expect(measured).to.include("tenantry_registry_up");
      expect(named).to.include.members(measured);
      expect(named.filter((name) => !measured.includes(name))).to.deep.equal([]);
    });

    it("names log lines that the service writes, to alert on", () => {
      const [, lines = ""] = /log lines of level 50([^]*?)\n\n/.exec(read("docs/operations.md")) ?? [];
      const named = [...lines.matchAll(/`([a-z][^`]* [^`]*)`/g)].map(([, line = ""]) => line);
      const sources = execFileSync("git", ["ls-files", "--cached", "onboarding/*.ts"], {
        cwd: ROOT,
        encoding: "utf8",
      })
        .trim()
        .split("\n")
        .filter((file) => !file.endsWith(".test.ts") && fs.existsSync(path.join(ROOT, file)))
        .map(read)
        .join("\n");
      expect(named).to.have.length.greaterThan(4);
      expect(named.filter((line) => !sources.includes(`"${line}"`))).to.deep.equal([]);
    });

    it("says of each entry of a problem what it looks like, means, asks for, and how it was tried", () => {
      const lacking = problems
        .split(/^## /m)[0]
        ?.split(/^### /m)
        .slice(1)
        .filter(
          (entry) => !["Looks like", "Means", "Do", "Tried"].every((part) => entry.includes(`**${part}**`)),
        );
      expect(lacking?.map((entry) => entry.split("\n")[0])).to.deep.equal([]);
    });
  });

  it("has a page for each component", () => {
    const folders = fs
      .readdirSync(path.join(ROOT, "components"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "testing")
      .map(({ name }) => `components/${name}/README.md`);
    expect(PAGES).to.include.members(folders);
  });
});
