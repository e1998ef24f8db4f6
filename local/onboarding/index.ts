export {
  type ServiceAccess,
  processEnvironment,
  runWorker,
  serviceAccessIfAny,
  startService,
} from "./daemon";
export { type ServiceStatus, serviceStatus } from "./status";
