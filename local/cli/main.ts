import { Command, CommanderError } from "commander";
import { awsCommand } from "../aws/cli";
import { addCloudCommands } from "./cloud-commands";
import { chosenInstance } from "../index";
import { instancePaths } from "../paths";
import { addKubeconfigCommand } from "./kubeconfig-command";

/** `npm run local -- …`: the local cloud's own command line. Ends with exit code 1 on an error, 2 on a wrong use. */
export async function run(argv: string[]): Promise<void> {
  const program = new Command("local")
    .description("The local cloud: real Kubernetes, PostgreSQL and Pulumi, a simulated AWS account.")
    .exitOverride()
    .showHelpAfterError();
  const interrupted = new AbortController();
  addCloudCommands(program, interrupted.signal);
  addKubeconfigCommand(program);
  program.addCommand(awsCommand(() => instancePaths(chosenInstance()).cloudFile));
  process.once("SIGINT", () => interrupted.abort(new Error("Interrupted.")));
  process.once("SIGTERM", () => interrupted.abort(new Error("Interrupted.")));
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (!(error instanceof CommanderError)) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : 2;
  }
  return 1;
}
