export { type Enqueue, type Queue, type Withdraw, promoteNext } from "./promote";
export { refusePhase } from "./refusals";
export { type Accepted, Requests, type StartOptions } from "./requests";
