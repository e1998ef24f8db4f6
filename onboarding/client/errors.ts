import { z } from "zod";
import { PROBLEM_BASE } from "../lifecycle";

const documentSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional(),
  next: z.string().optional(),
  fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
});

/** A problem as the API tells it (RFC 9457); members that are not listed say more. */
export type ApiProblemDocument = z.output<typeof documentSchema>;

/** The API's answer was a problem. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  /** @param document the answer */
  constructor(readonly document: ApiProblemDocument) {
    super(document.detail);
  }

  /** The problem's stable type, such as `tenant-busy`. */
  get type(): string {
    return this.document.type.startsWith(PROBLEM_BASE)
      ? this.document.type.slice(PROBLEM_BASE.length)
      : this.document.type;
  }

  /** The answer's HTTP status. */
  get status(): number {
    return this.document.status;
  }

  /** What to do next, where the API says so. */
  get next(): string | undefined {
    return this.document.next;
  }
}

/** The API or the issuer did not answer, or what came was not theirs. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/** The issuer gives no token. */
export class LoginError extends Error {
  override readonly name = "LoginError";
}

/**
 * Reads an answer that is not what was asked for.
 *
 * @param answer its body is read
 */
export async function problemIn(answer: Response): Promise<ApiProblem> {
  const parsed = documentSchema.safeParse(await answer.json().catch(() => undefined));
  if (parsed.success) return new ApiProblem(parsed.data);
  // A proxy in between, for one, answers in words of its own.
  return new ApiProblem({
    type: "about:blank",
    title: answer.statusText,
    status: answer.status,
    detail: `${answer.url} answered ${answer.status} ${answer.statusText}`.trim(),
  });
}

/** What kept a request from an answer, in words; `fetch` itself only says that it failed. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause);
}
