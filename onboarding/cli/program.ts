import { Argument, Command } from "commander";
import packageJson from "../../package.json";
import { EXIT, type ExitCode } from "../../tenants/cli/exit-codes";
import type { Sink } from "../../tenants/cli/render/reporter";
import { addLifecycleCommands } from "./commands/lifecycle";
import { addLogin } from "./commands/login";
import { addOperationCommands } from "./commands/operations";
import { addReadCommands } from "./commands/reads";
import { helpText } from "./commands/options";
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
 * @param complaints where it says what is wrong with the words of a command; default: where errors go
 */
export function buildProgram(
  surroundings: Surroundings,
  end: (code: ExitCode) => void,
  complaints: Sink = surroundings.err,
): Command {
  const session = new Session(surroundings);
  const program = new Command("tenantry")
    .description("Onboards tenants, takes them through their lives, and shows how far each change is.")
    .version(packageJson.version, "-V, --version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.out.write(text),
      writeErr: (text) => complaints.write(text),
    })
    .showHelpAfterError("(tenantry --help lists commands and options)")
    .addHelpText(
      "after",
      helpText([
        "tenantry onboard acme.yaml",
        "tenantry list --phase failed",
        "tenantry show acme",
        "tenantry plan acme --operation offboard",
        'tenantry suspend acme --reason "invoice is unpaid"',
      ]),
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
      helpText([
        "source <(tenantry completion bash)",
        'tenantry completion zsh > "${fpath[1]}/_tenantry"',
        "tenantry completion fish > ~/.config/fish/completions/tenantry.fish",
      ]),
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
