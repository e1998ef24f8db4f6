export { createApi } from "./create-api";
export type {
  Accepted,
  ApiDependencies,
  ApiRegistry,
  CellStanding,
  Cells,
  Health,
  HealthCheck,
  PageQuery,
  Requests,
  WhenBusy,
} from "./dependencies";
export type { ApiEnvironment } from "./environment";
export { ApiMetrics } from "./metrics";
export { createOperatorApi } from "./operator-api";
export { type ApiServer, type ServeApiArgs, serveApi } from "./server";
export type { ApiSettings } from "./settings";
