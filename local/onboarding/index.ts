export {
  type ServiceAccess,
  processEnvironment,
  runWorker,
  serviceAccessIfAny,
  startService,
} from "./daemon";
