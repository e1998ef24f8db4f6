import type { Problem } from "../../lifecycle";

/** SQLSTATEs and codes of Node.js that say that PostgreSQL is not there now, or has no room; the request itself is fine. */
const GONE =
  /^(?:08...|57P0[1-5]|53[0-9A-Z]{3}|25006|40001|40P01|55P03|57014|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;

/** What `pg` says without a code where a connection ends or cannot be had. */
const GONE_MESSAGE =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Cannot use a pool after calling end)/;

/** SQLSTATE class 22: a value that PostgreSQL cannot take. */
const BAD_VALUE = /^22...$/;

const MAX_CAUSES = 5;

/**
 * The problem behind an error of the database that is not the service's own fault; undefined for any other error.
 * Source: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function databaseProblem(error: unknown): Problem | undefined {
  for (const cause of causesOf(error)) {
    const code: unknown = Reflect.get(cause, "code");
    if ((typeof code === "string" && GONE.test(code)) || GONE_MESSAGE.test(cause.message)) {
      return {
        type: "unavailable",
        // a connection that ends within a commit leaves it open whether it was one
        detail: "the service's database does not answer; a change may have been taken in, or not",
        next: "send the same request, with the same Idempotency-Key, again in a few seconds",
      };
    }
    if (typeof code === "string" && BAD_VALUE.test(code)) {
      return { type: "invalid-request", detail: "a value of the request is none that can be stored" };
    }
  }
  return undefined;
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && causes.length < MAX_CAUSES; cause = cause.cause) {
    causes.push(cause);
    if (cause instanceof AggregateError) {
      causes.push(...cause.errors.filter((inner) => inner instanceof Error));
    }
  }
  return causes;
}
