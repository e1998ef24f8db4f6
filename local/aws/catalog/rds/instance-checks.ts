import { AwsError, asText, type CheckFailure, type Context, type Properties } from "../../framework";
import { isReserved } from "./database";
import { ENGINES, resolveVersion } from "./engines";
import { databaseName, isReal } from "./snapshots";

/** Code of what RDS could do and one shared PostgreSQL server can't. */
export const LOCAL_LIMIT = "LocalCloudLimit";

/** What Check refuses of an instance's inputs. */
export function checkInstance(inputs: Properties): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const restored = ["snapshotIdentifier", "replicateSourceDb", "restoreToPointInTime", "s3Import"].some(
    (name) => inputs.has(name),
  );
  const identifier = inputs.string("identifier");
  if (
    identifier !== undefined &&
    (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(identifier) || identifier.length > 63)
  ) {
    failures.push({
      property: "identifier",
      reason: `"${identifier}" is not valid; expected 1 to 63 lower case letters, digits and single hyphens, a letter first`,
    });
  }
  if (!restored) {
    for (const property of ["allocatedStorage", "engine", "username"]) {
      if (!inputs.has(property))
        failures.push({ property, reason: "is required unless the instance is restored or a replica" });
    }
    if (!inputs.has("password") && !inputs.has("passwordWo") && !inputs.has("manageMasterUserPassword")) {
      failures.push({
        property: "password",
        reason: "one of `password`, `manageMasterUserPassword` must be specified",
      });
    }
  }
  if (inputs.has("password") && inputs.flag("manageMasterUserPassword")) {
    failures.push({ property: "password", reason: "conflicts with manageMasterUserPassword" });
  }
  const password = inputs.string("password");
  if (password !== undefined && (password.length < 8 || /[/@" ]/.test(password))) {
    failures.push({
      property: "password",
      reason: 'is not valid; expected 8 characters or more, without /, @, " and spaces',
    });
  }
  const days = inputs.number("backupRetentionPeriod");
  if (days !== undefined && (days < 0 || days > 35)) {
    failures.push({
      property: "backupRetentionPeriod",
      reason: `${days} is out of range; expected 0 to 35 days`,
    });
  }
  const snapshot = inputs.string("finalSnapshotIdentifier");
  if (snapshot !== undefined && !/^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/.test(snapshot)) {
    failures.push({
      property: "finalSnapshotIdentifier",
      reason: `"${snapshot}" is not valid; expected letters, digits and single hyphens, a letter first`,
    });
  }
  return failures;
}

/** Sees that the instance has no name of the embedded server's own. */
export function refuseReserved(made: Properties): void {
  if (!isReal(made)) return;
  for (const [property, value] of Object.entries({
    dbName: databaseName(made),
    username: made.stringOr("username", ""),
  })) {
    if (isReserved(value)) {
      throw new AwsError(
        LOCAL_LIMIT,
        `${property} '${value}' is reserved on the local cloud's own PostgreSQL server`,
      );
    }
  }
}

/** Sees that engine, version and parameter group fit, and says what they come to. */
export async function checkVersion(
  context: Context,
  made: Properties,
): Promise<Record<string, string | number>> {
  const name = made.stringOr("engine", "postgres");
  const engine = ENGINES[name];
  if (engine === undefined) {
    throw new AwsError(
      LOCAL_LIMIT,
      `engine '${name}' is not simulated; expected ${Object.keys(ENGINES).join(" or ")}`,
    );
  }
  const asked = context.inputs.string("engineVersion");
  const version = resolveVersion(engine, asked);
  if (version === undefined) {
    throw new AwsError("InvalidParameterCombination", `Cannot find version ${asked} for ${name}`);
  }
  const groupName = context.inputs.string("parameterGroupName");
  const group =
    groupName === undefined
      ? undefined
      : await context.find("aws:rds/parameterGroup:ParameterGroup", groupName);
  const family = engine.family(version.line);
  if (group !== undefined && group.state.family !== family) {
    throw new AwsError(
      "InvalidParameterCombination",
      `The Parameter Group ${groupName} with DBParameterGroupFamily ${asText(group.state.family)} can't be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}.`,
    );
  }
  return {
    engineVersion: version.full,
    engineVersionActual: version.full,
    licenseModel: engine.licenseModel,
    optionGroupName: `default:${name}-${version.line.replaceAll(".", "-")}`,
    parameterGroupName: `default.${family}`,
    port: engine.port,
  };
}
