import * as pulumi from "@pulumi/pulumi";
import { isProgramName, programOf } from ".";

/** Entry of the CLI loop's project: the stack's name is the tenant's id, BENCH_PROGRAM names the program. */
function main(): Promise<unknown> {
  const name = process.env["BENCH_PROGRAM"];
  if (!isProgramName(name)) throw new Error(`BENCH_PROGRAM is '${name}': expected the name of a program`);
  return programOf(name, pulumi.getStack())();
}

export = main;
