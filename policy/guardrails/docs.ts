import * as fs from "node:fs";
import * as path from "node:path";
import { policies } from "./policies";

/** The page that lists the pack's policies. */
export const README = path.join(__dirname, "README.md");

const OPEN = "<!-- policies -->";
const CLOSE = "<!-- /policies -->";

/** The page with its table of policies as the code has them now. */
export function renderReadme(page: string): string {
  const rows = policies.map(
    ({ name, description, enforcementLevel, severity, url }) =>
      `| ${url === undefined ? `\`${name}\`` : `[\`${name}\`](${url})`} | ${description} | ${enforcementLevel} | ${severity} |`,
  );
  const table = ["| policy | what must hold | level | severity |", "| --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
  const start = page.indexOf(OPEN) + OPEN.length;
  return `${page.slice(0, start)}\n\n${table}\n\n${page.slice(page.indexOf(CLOSE))}`;
}

if (require.main === module) fs.writeFileSync(README, renderReadme(fs.readFileSync(README, "utf8")));
