export {
  OPEN_STATUSES,
  OPERATION_KINDS,
  OPERATION_RULES,
  OPERATION_STATUSES,
  type OperationKind,
  type OperationStatus,
  type Standing,
  type Urgency,
  mayBegin,
  verbOf,
  waysOn,
} from "./operations";
export { PHASES, type Phase } from "./phases";
export {
  type FieldProblem,
  PROBLEMS,
  PROBLEM_BASE,
  type Problem,
  ProblemError,
  type ProblemType,
} from "./problem";
