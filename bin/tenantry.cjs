#!/usr/bin/env node
"use strict";
require("tsx/cjs");
void require("../onboarding/cli/index.ts").main(process.argv);
