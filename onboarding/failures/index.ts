export { AGAIN, withCommand } from "./again";
export { type Verdict, judge } from "./classify";
export { ExhaustedError } from "./exhausted";
