import { readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until two processes have come to a directory, this one among them: on a busy machine one starts long before another. */
export async function meetIn(directory: string): Promise<void> {
  writeFileSync(path.join(directory, String(process.pid)), "");
  while (readdirSync(directory).length < 2) await sleep(20);
}
