import type { OperationKind } from "../../lifecycle";
import type { Step } from "../job";
import { applyStep, judgeStep, placeStep, repairStep } from "./apply";
import { liftStep } from "./lift";
import { archiveStep, retainStep, snapshotStep } from "./offboard";
import { planStep } from "./plan";
import { certifyStep, destroyStep, eraseStep, inventoryStep } from "./purge";
import { refreshStep } from "./refresh";
import { bringBackStep, removeStep, sourceStep } from "./restore";
import { restStep } from "./rest";
import { rotateStep } from "./rotate";
import { verifyStep } from "./verify";

/** The steps of each kind of operation, in order. */
const STEPS: Readonly<Record<OperationKind, readonly Step[]>> = {
  onboard: [placeStep, applyStep("provision", "serving"), verifyStep],
  update: [judgeStep, applyStep("apply", undefined), verifyStep],
  suspend: [applyStep("suspend", "suspended")],
  resume: [placeStep, applyStep("resume", "serving"), verifyStep],
  rotate: [rotateStep],
  restore: [
    placeStep,
    sourceStep,
    liftStep,
    removeStep,
    bringBackStep,
    applyStep("serve", "serving"),
    verifyStep,
  ],
  offboard: [restStep, archiveStep, liftStep, retainStep, snapshotStep],
  purge: [inventoryStep, destroyStep, eraseStep, certifyStep],
  refresh: [refreshStep],
  repair: [repairStep, verifyStep],
  plan: [planStep],
};

/**
 * The steps of an operation. The same for the same kind whenever it is asked, as a workflow that is taken up again goes
 * through them anew.
 */
export function stepsOf(kind: OperationKind): readonly Step[] {
  return STEPS[kind];
}
