export { type ApiServiceOptions, startApiService } from "./api-service";
export { type ServiceSettings, SettingsError, readSettings } from "./settings";
export { type Running, type WorkerServiceOptions, startWorkerService } from "./worker-service";
