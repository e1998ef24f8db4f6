import type { z } from "@hono/zod-openapi";
import type { Permission } from "../../auth";
import { authorize } from "../middleware/authenticate";
import { problemSchema } from "../schemas/problem";

const header = (description: string) => ({ description, schema: { type: "string" as const } });

const COMMON_HEADERS = {
  "X-Request-Id": header("Id of the request: the client's own, or one that was made up."),
  RateLimit: header("Requests that are left, and seconds until there is one more."),
  "RateLimit-Policy": header("Requests that a subject may send in a window of seconds."),
};

/** Headers that only some answers have. */
export const HEADERS = {
  etag: { ETag: header("The tenant's version.") },
  location: { Location: header("Where the operation is.") },
  replayed: { "Idempotency-Replayed": header("`true` where the answer is an earlier request's.") },
};

/** An answer in JSON. */
export function json<T extends z.ZodType>(schema: T, description: string, headers: object = {}) {
  return {
    description,
    headers: { ...COMMON_HEADERS, ...headers },
    content: { "application/json": { schema } },
  };
}

/** An answer that tells of a problem. */
export function problem(description: string, headers: object = {}) {
  return {
    description,
    headers: { ...COMMON_HEADERS, ...headers },
    content: { "application/problem+json": { schema: problemSchema } },
  };
}

const RETRY_AFTER = { "Retry-After": header("Seconds to wait.") };

/** What every endpoint that wants a token may answer besides. */
export const READ_PROBLEMS = {
  400: problem("A parameter or header is wrong."),
  401: problem("No valid token.", { "WWW-Authenticate": header("Which token is wanted.") }),
  403: problem("None of the token's roles has the permission."),
  429: problem("Too many requests.", RETRY_AFTER),
  500: problem("The service met an error that is not the request's fault."),
  503: problem("The service, or what it needs, does not answer now.", RETRY_AFTER),
};

/** What reading one thing may answer besides. */
export const FIND_PROBLEMS = { ...READ_PROBLEMS, 404: problem("It is not there, or not for this token.") };

/** What a request with a body may answer besides. */
export const BODY_PROBLEMS = {
  413: problem("The body is too large."),
  415: problem("The body is not in a media type that is documented."),
  422: problem("The body says what cannot be, or the Idempotency-Key was used for another request."),
};

/** What a change of a tenant may answer besides; those of the 500s are what a dry run met. */
export const CHANGE_PROBLEMS = {
  ...FIND_PROBLEMS,
  ...BODY_PROBLEMS,
  409: problem("The tenant is busy, or not in a phase for this, or a name is taken."),
  412: problem("The tenant has changed meanwhile."),
  502: problem("A dry run: AWS or Kubernetes refused something."),
  504: problem("A dry run: it took too long."),
  507: problem("A dry run: no space is left."),
};

/** The parts of a route that say who may use it. */
export function permitted(permission: Permission, tenantParameter?: string) {
  return {
    "x-permission": permission,
    security: [{ token: [] }],
    middleware: authorize(permission, tenantParameter),
  };
}
