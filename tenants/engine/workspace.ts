import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { ownPrefix, removeAbandoned } from "./abandoned";

/** Name under which the CLI knows a language runtime that a client serves. */
const CLIENT_RUNTIME = "client";

/** An operation's own directory: nothing in it outlives the operation. Readable by its owner only. */
export class WorkDirectory {
  readonly path: string;

  /** Directory of the project; the CLI's working directory. */
  readonly project: string;

  /** The CLI's view of the Pulumi home. */
  readonly home: string;

  private static tidied = false;

  constructor() {
    // Before this process has any of its own.
    if (!WorkDirectory.tidied) removeAbandoned(tmpdir());
    WorkDirectory.tidied = true;
    this.path = mkdtempSync(path.join(tmpdir(), ownPrefix()));
    this.project = path.join(this.path, "project");
    this.home = path.join(this.path, "home");
    mkdirSync(this.project);
  }

  /**
   * Writes the project and the stack's plain settings. Secret ones are handed to the program in memory and never come here.
   *
   * @param project its name
   * @param stack the stack's name
   * @param port where the language host listens on 127.0.0.1
   * @param config plain settings; keys are `project:key`
   */
  writeProject(project: string, stack: string, port: number, config: Readonly<Record<string, string>>): void {
    const contents = stringify({
      name: project,
      runtime: { name: CLIENT_RUNTIME, options: { address: `127.0.0.1:${port}` } },
      // Makes the CLI start policy packs of this runtime through the language host instead of a plugin.
      plugins: { languages: [{ name: CLIENT_RUNTIME, path: this.path }] },
    });
    writeFileSync(path.join(this.project, "Pulumi.yaml"), contents);
    if (Object.keys(config).length === 0) return;
    writeFileSync(path.join(this.project, `Pulumi.${stack}.yaml`), stringify({ config }), { mode: 0o600 });
  }

  /** Makes the stand-in for a policy pack that the language host serves. Returns its directory. */
  writePolicyPack(index: number): string {
    const directory = path.join(this.path, `policy-${index}`);
    mkdirSync(directory);
    writeFileSync(path.join(directory, "PulumiPolicy.yaml"), stringify({ runtime: CLIENT_RUNTIME }));
    return directory;
  }

  /** Writes what `pulumi import` reads. Returns the file. */
  writeImport(contents: object): string {
    const file = path.join(this.path, "import.json");
    writeFileSync(file, JSON.stringify(contents), { mode: 0o600 });
    return file;
  }

  /** Removes it. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
