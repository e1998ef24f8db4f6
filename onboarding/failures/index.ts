export { type Verdict, isPassing, judge } from "./classify";
