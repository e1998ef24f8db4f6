import { ConnectionError } from "./errors";
import type { Accepted, Operation, Plan } from "./models";

/** What an answer holds. */
export async function dataOf<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return present((await answer).data);
}

/** What a change was answered. */
export async function acceptedOf(answer: Promise<{ data?: Operation | Plan }>): Promise<Accepted> {
  const data = await dataOf(answer);
  return "plan" in data ? { kind: "plan", plan: data } : { kind: "operation", operation: data };
}

/** A problem is thrown on the way; what is left is an answer without the body that the document promises. */
export function present<T>(data: T | undefined): T {
  if (data === undefined) throw new ConnectionError("the API's answer has no body: expected one");
  return data;
}
