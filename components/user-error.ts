import * as pulumi from "@pulumi/pulumi";

/**
 * An error whose message says all that its reader needs: the CLI shows it alone.
 *
 * It has no stack trace. Frames of the SDK are mapped to paths such as `node_modules/@pulumi/resource.ts`, on which
 * `util.inspect` of Node 20.20 loops until a string of half a gigabyte overflows; the SDK inspects every error, which
 * would keep the reader waiting for 20 s.
 */
export class UserError extends pulumi.RunError {
  override name = "UserError";

  constructor(message: string) {
    super(message);
    this.stack = message;
  }
}
