/** Text that is HTML already. */
export class Html {
  /** @param text markup in which everything foreign is escaped */
  constructor(readonly text: string) {}
}

/** What can stand in a template. */
type Part = string | Html | readonly (string | Html)[];

/** HTML in which every part that is not HTML itself is escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.reduce(
      (text, string, index) => text + [parts[index - 1] ?? ""].flat().map(render).join("") + string,
    ),
  );
}

/** Takes markup as it is. Never for anything that came from outside. */
export function raw(text: string): Html {
  return new Html(text);
}

function render(part: string | Html): string {
  return part instanceof Html ? part.text : escapeHtml(part);
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
