export { type ApiServiceOptions, startApiService } from "./api-service";
export {
  type ServiceSettings,
  type WorkerSettings,
  SETTINGS,
  SettingsError,
  readSettings,
  readWorkerSettings,
} from "./settings";
export { startTracing } from "./tracing";
export { type Running, type WorkerServiceOptions, startWorkerService } from "./worker-service";
