import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

/** The clone this script belongs to. */
export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Built tools lie outside the clone, so that a second clone need not build them again. */
export const cacheFolder = path.join(
  process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"),
  "tenantry",
);
