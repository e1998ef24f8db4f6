export { LocalCloudAccount } from "./account";
export { type ServiceAccess, processEnvironment, serviceAccess, startService, stopService } from "./daemon";
