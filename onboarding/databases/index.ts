export { type DatabaseFacts, type DatabaseTls, TenantDatabases } from "./connect";
