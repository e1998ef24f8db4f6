export { type ApiServiceOptions, startApiService } from "./api-service";
export { loadAwsAccount, loadWorkerService } from "./lazy.cjs";
export {
  type ServiceSettings,
  type WorkerSettings,
  SETTINGS,
  SettingsError,
  readSettings,
  readWorkerSettings,
} from "./settings";
export { startTracing } from "./tracing";
export type { Running, WorkerServiceOptions } from "./worker-service";
