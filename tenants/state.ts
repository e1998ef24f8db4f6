import type { DatabaseRestore, TenantPresence } from "../components";

/** What of a tenant is there. Its spec says what the tenant is; this says where in its life it stands. */
export interface TenantState {
  /** `retained` leaves the key alone, so there is no database then, whatever `database.present` says. */
  readonly presence: TenantPresence;
  readonly database: {
    /** Whether there is one: not between a deletion and the restore that follows it. */
    readonly present: boolean;
    /** Which of the tenant's databases this is, from 1; each restore makes the next. */
    readonly lifetime: number;
    /** What the database is made from. Read when it is made, and ignored from then on. */
    readonly restoreFrom?: DatabaseRestore | undefined;
    /** Overrides the spec's, so that the protection can be lifted before a deletion. */
    readonly deletionProtection?: boolean | undefined;
  };
}

/** A tenant that is served from the first database it has had. */
export const SERVING: TenantState = { presence: "serving", database: { present: true, lifetime: 1 } };
