import type { MiddlewareHandler } from "hono";
import { type Authenticator, type Permission, rolesWith, scopeOf, covers } from "../../auth";
import { ProblemError } from "../../lifecycle";
import type { ApiEnvironment } from "../environment";
import { notFound } from "../problems/not-found";

/** Finds out who a request is from. */
export function authenticate(authenticator: Authenticator): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    c.set("identity", await authenticator.authenticate(c.req.header("Authorization")));
    await next();
  };
}

/**
 * Lets a request through that has the permission, and finds out which tenants it may touch. A tenant in the path that it
 * may not touch is not there for it: 403 would tell that it is for somebody.
 *
 * @param tenantParameter name of the path's parameter that is a tenant's id, where there is one
 */
export function authorize(
  permission: Permission,
  tenantParameter?: string,
): MiddlewareHandler<ApiEnvironment> {
  return async (c, next) => {
    const identity = c.get("identity");
    const scope = scopeOf(permission, identity);
    if (scope === undefined) {
      throw new ProblemError({
        type: "forbidden",
        detail: `the token's roles are ${words(identity.roles)}: expected ${words(rolesWith(permission))} for '${permission}'`,
        extensions: { permission },
      });
    }
    c.set("scope", scope);
    const tenantId = tenantParameter === undefined ? undefined : c.req.param(tenantParameter);
    if (tenantId !== undefined && !covers(scope, tenantId)) throw notFound("tenant", tenantId);
    await next();
  };
}

function words(roles: readonly string[]): string {
  return roles.length > 0 ? roles.join(", ") : "(none)";
}
