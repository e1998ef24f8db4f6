import type * as engineCli from "../../tenants/cli";
import type * as personLogin from "./login/person";

/** Loads the engine's commands, and with them the engine. */
export function loadEngineCli(): typeof engineCli;
/** Loads what logs a person in, and with it what checks signatures. */
export function loadPersonLogin(): typeof personLogin;
