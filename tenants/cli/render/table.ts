import { printable } from "./words";

/**
 * Rows below their headings, in columns.
 *
 * @param none what to say where there is no row
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  none: string,
): string {
  if (rows.length === 0) return `${none}\n`;
  const all = [headings, ...rows].map((row) => row.map((cell) => printable(cell).replaceAll("\n", " ")));
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** Labels and what they are about, a line each; what is undefined is left out. */
export function facts(rows: readonly (readonly [string, string | undefined])[]): string {
  const known = rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
  const width = Math.max(0, ...known.map(([label]) => label.length));
  return known
    .map(([label, value]) => `${label.padEnd(width)}  ${printable(value).replaceAll("\n", " ")}\n`)
    .join("");
}
