#!/usr/bin/env node
"use strict";
require("tsx/cjs");
void require("../tenants/cli/index.ts").main(process.argv);
