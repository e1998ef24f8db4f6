"use strict";
// What only a worker needs is loaded where one is started: it brings Pulumi's SDK along, which an API would carry for nothing.
exports.loadWorkerService = () => require("./worker-service");
exports.loadAwsAccount = () => require("../account/aws");
