// Installs and builds what this clone needs and does not have yet: npm packages, the Pulumi CLI, the local Kubernetes
// and the bundles of plugins. `npm start`, `npm test` and `npm run local` run it first. Plain Node, as nothing is
// installed before it ran. What is up to date is skipped; it may be interrupted, and run twice at once.
//
//   node scripts/setup.mjs [--ci]     --ci: plain lines, as when the output is not a terminal
import { checkNode } from "./setup/node-version.mjs";

checkNode(process.versions.node);
const { setup } = await import("./setup/index.mjs");
process.exitCode = await setup({ plain: process.argv.includes("--ci") });
