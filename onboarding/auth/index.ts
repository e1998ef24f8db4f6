export {
  type Authenticator,
  type AuthenticatorArgs,
  type IssuerArgs,
  createAuthenticator,
} from "./authenticator";
export type { Identity } from "./identity";
export {
  PERMISSIONS,
  type Permission,
  type Reach,
  type Scope,
  covers,
  rolesWith,
  scopeOf,
} from "./permissions";
export { ROLES, type Role } from "./roles";
