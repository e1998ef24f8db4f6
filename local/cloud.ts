import { readFileSync } from "node:fs";
import { z } from "zod";
import { writeSecretFile } from "./files";

const localCloud = z.strictObject({
  instance: z.string().min(1),
  postgres: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65535),
    user: z.string().min(1),
    password: z.string().min(1),
  }),
  kubernetes: z.strictObject({
    server: z.url(),
    kubeconfig: z.string().min(1),
    certificateAuthority: z.string().min(1),
  }),
  pulumi: z.strictObject({
    home: z.string().min(1),
    backendUrl: z.string().min(1),
    passphraseFile: z.string().min(1),
  }),
});

/**
 * The address book of a local cloud: where its parts listen and which credentials open them. The provider plugins find
 * it beside their own folder; nothing else but `npm run local` and tests should read it.
 *
 * `postgres` is the superuser's access; its database `account` holds the simulated AWS account.
 * `kubernetes` has the path of the administrator's kubeconfig and of the API's certificate authority.
 */
export type LocalCloud = z.infer<typeof localCloud>;

/** The local cloud has not been started, or its address book is damaged. */
export class LocalCloudError extends Error {
  override name = "LocalCloudError";
}

/**
 * Reads a local cloud's address book.
 * @throws LocalCloudError naming the file and, where it is damaged, the wrong field
 */
export function readCloud(file: string): LocalCloud {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new LocalCloudError(
      `The local cloud is not up: ${file} cannot be read. Start it with: npm run local -- up`,
      {
        cause: error,
      },
    );
  }
  try {
    return localCloud.parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : "it is not JSON";
    throw new LocalCloudError(`${file} is damaged: ${reason}. Write it anew with: npm run local -- up`, {
      cause: error,
    });
  }
}

/** Writes a local cloud's address book, readable by its owner only, in one step. */
export function writeCloud(file: string, cloud: LocalCloud): void {
  writeSecretFile(file, JSON.stringify(localCloud.parse(cloud), undefined, 2) + "\n");
}
