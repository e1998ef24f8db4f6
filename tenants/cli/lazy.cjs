"use strict";
// Pulumi's SDKs and the Kubernetes client take seconds to load: only the command that needs one waits for it.
exports.loadTenantProgram = () => require("../program").tenantProgram;
exports.loadPlatformOutputs = () => require("../../platform/outputs");
exports.loadQuota = () => require("./show/quota");
