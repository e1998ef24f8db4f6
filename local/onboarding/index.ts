export {
  type ServiceAccess,
  processEnvironment,
  runWorker,
  serviceAccessIfAny,
  startService,
  stopService,
} from "./daemon";
