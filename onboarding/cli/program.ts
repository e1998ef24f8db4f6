import { Argument, Command } from "commander";
import { EXIT, EXIT_CODES_HELP, type ExitCode } from "../../tenants/cli/exit-codes";
import { addLifecycleCommands } from "./commands/lifecycle";
import { addLogin } from "./commands/login";
import { addOperationCommands } from "./commands/operations";
import { addReadCommands } from "./commands/reads";
import { addSpecCommands } from "./commands/specs";
import { addWebhookCommands } from "./commands/webhooks";
import { SHELLS, completionScript, isShell } from "./completion/completion";
import { UsageError } from "./failure";
import { loadEngineCli } from "./lazy.cjs";
import { Session } from "./session";
import type { Surroundings } from "./surroundings";

/**
 * The commands of `tenantry`.
 *
 * @param end is told how a command ended
 */
export function buildProgram(surroundings: Surroundings, end: (code: ExitCode) => void): Command {
  const session = new Session(surroundings);
  const program = new Command("tenantry")
    .description("Onboards tenants, takes them through their lives, and shows how far each change is.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.out.write(text),
      writeErr: (text) => surroundings.err.write(text),
    })
    .showHelpAfterError("(tenantry --help lists commands and options)")
    .addHelpText(
      "after",
      `
Examples:
  $ tenantry onboard acme.yaml
  $ tenantry list --phase failed
  $ tenantry show acme
  $ tenantry plan acme --operation offboard
  $ tenantry suspend acme --reason "invoice is unpaid"

${EXIT_CODES_HELP}`,
    );
  program.commandsGroup("Tenants:");
  addSpecCommands(program, session, end);
  addLifecycleCommands(program, session, end);
  program.commandsGroup("Looking:");
  addReadCommands(program, session, end);
  addOperationCommands(program, session, end);
  program.commandsGroup("Setting up:");
  addWebhookCommands(program, session, end);
  addLogin(program, session, end);
  addCompletion(program, surroundings, end);
  addEngine(program);
  return program;
}

function addCompletion(program: Command, { out }: Surroundings, end: (code: ExitCode) => void): void {
  program
    .command("completion")
    .description("print a shell's completion script")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .addHelpText(
      "after",
      `
Examples:
  $ source <(tenantry completion bash)
  $ tenantry completion zsh > "\${fpath[1]}/_tenantry"
  $ tenantry completion fish > ~/.config/fish/completions/tenantry.fish`,
    )
    .action((shell: string) => {
      if (!isShell(shell))
        throw new UsageError(`the shell is '${shell}': expected one of ${SHELLS.join(", ")}`);
      out.write(
        completionScript(
          shell,
          program,
          loadEngineCli().engineProgram(() => undefined),
        ),
      );
      end(EXIT.ok);
    });
}

/** Only for the help: its arguments go to the engine's own command line before this one reads them. */
function addEngine(program: Command): void {
  program
    .command("engine")
    .description(
      "bring stacks up, show and destroy them from here, without the service: to debug (engine --help)",
    )
    .allowUnknownOption()
    .argument("[arguments...]");
}
