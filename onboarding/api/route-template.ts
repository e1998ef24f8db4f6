import { matchedRoutes } from "hono/route";
import type { ApiContext } from "./environment";

/** What a request for no endpoint is counted under; its path could be anything. */
const UNMATCHED = "unmatched";

/** The endpoint's path as the OpenAPI document writes it, such as `/v1/tenants/{id}`. */
export function routeTemplate(c: ApiContext): string {
  const path = matchedRoutes(c).at(-1)?.path;
  if (path === undefined || path.includes("*")) return UNMATCHED;
  return path.replaceAll(/:(\w+)/g, "{$1}");
}
