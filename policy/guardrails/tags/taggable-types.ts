import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Reads from the installed @pulumi/aws which resource types carry tags: those whose class sets the computed
 * property `tagsAll`.
 *
 * @param sdk the package's folder
 * @returns type tokens, sorted
 */
export function readTaggableTypes(sdk: string): string[] {
  const types = fs
    .readdirSync(sdk, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes("node_modules", sdk.length))
    .map((file) => fs.readFileSync(file, "utf8"))
    .filter((source) => source.includes('resourceInputs["tagsAll"]'))
    .map((source) => /__pulumiType = '([^']+)'/.exec(source)?.[1])
    .filter((type) => type !== undefined);
  return [...new Set(types)].sort();
}

/** Where the table that the pack is built with stands. */
export const TAGGABLE_TYPES_FILE = path.join(__dirname, "taggable-types.json");

if (require.main === module) {
  const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
  fs.writeFileSync(TAGGABLE_TYPES_FILE, `${JSON.stringify(readTaggableTypes(sdk), undefined, 2)}\n`);
}
