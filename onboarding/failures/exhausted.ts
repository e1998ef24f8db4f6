import { ProblemError } from "../lifecycle";

/** A problem that was waited for long enough: to try the step again would only wait as long again. */
export class ExhaustedError extends ProblemError {}
