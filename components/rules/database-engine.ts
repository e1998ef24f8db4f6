/** Database engines a tenant can choose from. */
export const DATABASE_ENGINES = ["postgres", "mysql"] as const;

/** One of {@link DATABASE_ENGINES}. */
export type DatabaseEngine = (typeof DATABASE_ENGINES)[number];

/** What an engine brings with it. */
export interface DatabaseEngineFacts {
  /** TCP port that the engine listens on. */
  readonly port: number;
  /** Version line that the cell's shared parameter group is for, and so the only one a tenant can have. */
  readonly version: string;
  /**
   * Parameter group family of the version line.
   * Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html
   */
  readonly parameterGroupFamily: string;
  /** Parameter that refuses connections without TLS, and the value that does so. */
  readonly forceTls: { readonly name: string; readonly value: string };
  /** Log types that the engine exports to CloudWatch Logs. */
  readonly logExports: readonly string[];
}

/** Facts of each engine, shared by the cell (parameter groups, network rules) and its tenants (instances). */
export const DATABASE_ENGINE_FACTS: Readonly<Record<DatabaseEngine, DatabaseEngineFacts>> = {
  postgres: {
    port: 5432,
    version: "17",
    parameterGroupFamily: "postgres17",
    forceTls: { name: "rds.force_ssl", value: "1" },
    logExports: ["postgresql", "upgrade"],
  },
  mysql: {
    port: 3306,
    version: "8.4",
    parameterGroupFamily: "mysql8.4",
    forceTls: { name: "require_secure_transport", value: "ON" },
    logExports: ["error", "slowquery"],
  },
};

/**
 * Says what is wrong with an engine's version; an empty list means that the cell can run it.
 *
 * @param field what to call the value in the message
 * @param engine engine of the version
 * @param version version to judge: the line itself, for example `17`, or a minor version of it, for example `17.6`
 */
export function engineVersionProblems(field: string, engine: DatabaseEngine, version: string): string[] {
  const line = DATABASE_ENGINE_FACTS[engine].version;
  const minor = version.startsWith(`${line}.`) ? version.slice(line.length + 1) : undefined;
  if (version === line || (minor !== undefined && /^\d+$/.test(minor))) return [];
  return [
    `${field} is '${version}': expected '${line}' or a minor version of it, as the cell's parameter group is for ${engine} ${line}`,
  ];
}
