import type * as engineCli from "../../tenants/cli";

/** Loads the engine's commands, and with them the engine. */
export function loadEngineCli(): typeof engineCli;
