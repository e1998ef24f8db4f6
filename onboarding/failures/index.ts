export { type Verdict, judge } from "./classify";
