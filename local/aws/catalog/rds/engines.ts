/** An engine that the local RDS knows. */
export interface Engine {
  port: number;
  licenseModel: string;
  /** Version lines, and the minor version that stands for the line. */
  versions: Readonly<Record<string, string>>;
  /** The parameter group family of a line. */
  family(line: string): string;
}

/** Engines and versions of RDS. https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html */
export const ENGINES: Readonly<Record<string, Engine>> = {
  postgres: {
    port: 5432,
    licenseModel: "postgresql-license",
    versions: { "13": "13.23", "14": "14.22", "15": "15.17", "16": "16.13", "17": "17.9", "18": "18.3" },
    family: (line) => `postgres${line}`,
  },
  mysql: {
    port: 3306,
    licenseModel: "general-public-license",
    versions: { "8.0": "8.0.45", "8.4": "8.4.8" },
    family: (line) => `mysql${line}`,
  },
};

/** The line a version belongs to and the full version, `undefined` if RDS has no such version. */
export function resolveVersion(
  engine: Engine,
  asked: string | undefined,
): { line: string; full: string } | undefined {
  const lines = Object.keys(engine.versions);
  const newest = lines.at(-1);
  if (asked === undefined)
    return newest === undefined ? undefined : { line: newest, full: engine.versions[newest] ?? "" };
  const line = lines.find((known) => asked === known || asked.startsWith(`${known}.`));
  if (line === undefined) return undefined;
  return { line, full: asked === line ? (engine.versions[line] ?? asked) : asked };
}
