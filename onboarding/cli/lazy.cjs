"use strict";
// The engine's commands bring the Automation API along: only `tenantry engine` waits for it.
exports.loadEngineCli = () => require("../../tenants/cli");
