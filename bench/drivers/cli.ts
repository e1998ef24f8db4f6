import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { serve, setting } from "./protocol";

/** The CLI, as a script calls it: `pulumi stack init` for a new tenant, then `pulumi up --yes`. */
const run = promisify(execFile);
const cwd = setting("BENCH_CLI_PROJECT");
const policyPack = setting("BENCH_POLICY_PACK");
/** Most that a run may print, bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;
const known = new Set<string>();

async function pulumi(...args: string[]): Promise<void> {
  try {
    await run("pulumi", [...args, "--non-interactive"], { cwd, maxBuffer: MAX_OUTPUT });
  } catch (error) {
    // What went wrong is at the end of what it printed.
    const printed = error instanceof Error && "stdout" in error ? String(error.stdout).slice(-2000) : "";
    throw new Error(`pulumi ${args.join(" ")} failed\n${printed}`, { cause: error });
  }
}

serve(async (id) => {
  if (!known.has(id)) await pulumi("stack", "init", `organization/tenants/${id}`, "--no-select");
  known.add(id);
  await pulumi("up", "--yes", "--stack", `organization/tenants/${id}`, "--policy-pack", policyPack);
});
process.on("disconnect", () => process.exit());
