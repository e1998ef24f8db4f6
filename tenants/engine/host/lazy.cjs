"use strict";
// Loading Pulumi's SDK takes longer than listing stacks does: it is loaded when a program is about to run.
exports.loadSearchProgram = () => require("./search-program");
exports.loadLanguageHost = () => require("./language-host");
