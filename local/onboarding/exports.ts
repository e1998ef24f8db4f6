import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { z } from "zod";
import type { ExportOrder, SnapshotExport } from "../../onboarding/account/account";
import { hasCode, writeFileAtomically } from "../files";

/** Name of every export; each prefix has one. */
const NAME = "tenantry-export";

/** File that says that an export is complete, named as AWS names it. */
const INFO = `export_info_${NAME}.json`;

const infoSchema = z.object({ endedAt: z.coerce.date() });

/**
 * Writes an export into the folder of archives, unless it is complete.
 *
 * @param write writes its tables into a folder, and tells of them
 */
export async function writeExport(
  archives: string,
  { snapshot, prefix, keyArn }: ExportOrder,
  write: (directory: string, done: (tables: readonly object[]) => void) => Promise<void>,
): Promise<void> {
  if ((await findExport(archives, prefix)) !== undefined) return;
  const directory = path.join(archives, ...prefix.split("/"), NAME);
  // What a process left that was killed.
  await rm(directory, { recursive: true, force: true });
  await write(directory, (tables) => {
    const info = { snapshot, keyArn, tables, endedAt: new Date().toISOString() };
    writeFileAtomically(path.join(directory, INFO), JSON.stringify(info, undefined, 2), 0o600);
  });
}

/** The export of a prefix, once it is complete. */
export async function findExport(archives: string, prefix: string): Promise<SnapshotExport | undefined> {
  const location = `${prefix}/${NAME}`;
  try {
    const text = await readFile(path.join(archives, ...location.split("/"), INFO), "utf8");
    return { state: "complete", location, endedAt: infoSchema.parse(JSON.parse(text)).endedAt };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
