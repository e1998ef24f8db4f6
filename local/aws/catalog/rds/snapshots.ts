import { AwsError, type Context } from "../../framework";

/**
 * Keeps the final snapshot of an instance that is being deleted.
 *
 * @throws {AwsError} If none is named and none is to be skipped, or the name is taken.
 */
export async function takeFinalSnapshot(context: Context): Promise<void> {
  if (context.inputs.flag("skipFinalSnapshot")) return;
  const snapshot = context.inputs.string("finalSnapshotIdentifier");
  if (snapshot === undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified: finalSnapshotIdentifier is required when skipFinalSnapshot is false",
    );
  }
  if ((await context.kept("rds-snapshot", snapshot)) !== undefined) {
    throw new AwsError(
      "DBSnapshotAlreadyExists",
      `Cannot create the snapshot because a snapshot with the identifier ${snapshot} already exists.`,
    );
  }
  await context.keep("rds-snapshot", snapshot, {
    arn: context.arn("rds", `snapshot:${snapshot}`),
    instance: context.state.stringOr("identifier", ""),
    engine: context.state.stringOr("engine", ""),
    engineVersion: context.state.stringOr("engineVersionActual", ""),
    allocatedStorage: context.state.number("allocatedStorage") ?? 0,
    kmsKeyId: context.state.stringOr("kmsKeyId", ""),
    tags: context.state.flag("copyTagsToSnapshot") ? context.state.map("tagsAll") : {},
  });
}
