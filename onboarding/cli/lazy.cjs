"use strict";
// The engine's commands bring the Automation API along: only `tenantry engine` waits for it.
exports.loadEngineCli = () => require("../../tenants/cli");
// What checks signatures takes half a second: only a person's login waits for it.
exports.loadPersonLogin = () => require("./login/person");
