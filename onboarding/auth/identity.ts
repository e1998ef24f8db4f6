import type { Role } from "./roles";

/** Who a request's token speaks for, as far as its issuer vouches for it. */
export interface Identity {
  /** The token's `sub`. */
  readonly subject: string;
  /** The token's `iss`. */
  readonly issuer: string;
  /** Roles of this product; words that name none are left out, so that the list may be empty. */
  readonly roles: readonly Role[];
  /** The tenant that a tenant-admin belongs to. */
  readonly tenantId?: string;
  /** When the token ends, and with it everything that was begun with it and is still open. */
  readonly expiresAt: Date;
}
