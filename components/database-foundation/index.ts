export { DatabaseFoundation, type DatabaseFoundationArgs } from "./database-foundation";
