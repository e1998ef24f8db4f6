import { TenantryClient, clientCredentials } from "../../onboarding/client";
import type { ServiceAccess } from "./daemon";

/** A client of a local cloud's service. */
export function clientFor(access: ServiceAccess): TenantryClient {
  return new TenantryClient({
    url: access.TENANTRY_API_URL,
    tokens: clientCredentials({
      issuer: access.TENANTRY_ISSUER,
      clientId: access.TENANTRY_CLIENT_ID,
      clientSecret: access.TENANTRY_CLIENT_SECRET,
    }),
  });
}
