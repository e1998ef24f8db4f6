export { fieldProblems, refuseFields } from "./field-problems";
export { mergePatch } from "./merge-patch";
export { type Enqueue, type Queue, type Withdraw, promoteNext } from "./promote";
export { refusePhase } from "./refusals";
export { type Accepted, Requests, type StartOptions } from "./requests";
export { inputNow, patchedSpec } from "./spec-patch";
