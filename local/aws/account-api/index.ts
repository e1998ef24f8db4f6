export { CallFailedError } from "../simulator/caller";
export {
  type AutomatedBackups,
  type Credentials,
  LocalAccount,
  type LocalAccountOptions,
  type SnapshotSummary,
} from "./local-account";
