import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { z } from "zod";
import { readIfPresent, writeSecretFile } from "../files";
import { findFreePort } from "./ports";

const access = z.strictObject({
  host: z.literal("127.0.0.1"),
  port: z.int().min(1).max(65535),
  user: z.string().min(1),
  password: z.string().min(1),
});

/** Where the server listens and its superuser's credentials. Chosen once: endpoints in stacks' states name the port. */
export type PostgresAccess = z.infer<typeof access>;

/** Reads what was chosen at the first start, or chooses it: a free port and a random password. */
export async function chooseAccess(directory: string): Promise<PostgresAccess> {
  const file = path.join(directory, "access.json");
  const known = readIfPresent(file);
  if (known !== undefined) {
    return access.parse(JSON.parse(known));
  }
  const chosen: PostgresAccess = {
    host: "127.0.0.1",
    port: await findFreePort(),
    user: "postgres",
    password: randomBytes(24).toString("base64url"),
  };
  writeSecretFile(file, JSON.stringify(chosen) + "\n");
  return chosen;
}
