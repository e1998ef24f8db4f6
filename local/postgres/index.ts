export type { PostgresAccess } from "./access";
export { removePlacement as removePostgres } from "./placement";
export { accountDatabase, runningPostgres, startPostgres, stopPostgres } from "./server";
