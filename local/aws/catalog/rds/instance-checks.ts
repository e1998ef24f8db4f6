import type { CheckFailure, Properties } from "../../framework";

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
