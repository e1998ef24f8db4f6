export {
  type AutomatedBackups,
  type Credentials,
  LocalAccount,
  type LocalAccountOptions,
  type SnapshotSummary,
} from "./local-account";
