export {
  type ServiceAccess,
  processEnvironment,
  runWorker,
  serviceAccessIfAny,
  startService,
  supervisedWorker,
} from "./daemon";
export { type ServiceStatus, serviceStatus } from "./status";
