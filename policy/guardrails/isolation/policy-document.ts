import { at } from "../properties";

/** The statements of an IAM policy document given as JSON text or as an object. */
export function statementsOf(document: unknown): readonly unknown[] {
  const parsed: unknown = typeof document === "string" ? JSON.parse(document) : document;
  const statements = at(parsed, "Statement");
  if (Array.isArray(statements)) return statements as readonly unknown[];
  return statements === undefined ? [] : [statements];
}

/** The statements that allow something. What is not spelled `Deny` counts, so that no spelling passes unjudged. */
export function allowancesOf(document: unknown): readonly unknown[] {
  return statementsOf(document).filter((statement) => at(statement, "Effect") !== "Deny");
}

/** The strings of an element that IAM takes as one string or as a list of them. */
export function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}

/** Whether a text holds one of IAM's wildcards. */
export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text);
}
