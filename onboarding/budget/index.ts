export { CallBudget, ProcessBudget } from "./call-budget";
export { changeGateOf, chargeDeletion } from "./change-gate";
export { CALL_RATES, type CallRates, type PacedService, parseCallRates } from "./rates";
export { SharedBudget } from "./shared-budget";
