import { Engine } from "../engine";
import { Probe, makes } from "./probe";

/** An up that a test kills: `slow-up PROJECT STACK LOG`. */
const [, , project = "", stack = "", log = ""] = process.argv;

void new Engine().up({
  project,
  stack,
  program: makes(() => {
    const first = new Probe("first", { label: "first", log });
    new Probe("second", { label: "second", delayMs: 60_000, log }, { dependsOn: first });
  }),
});
