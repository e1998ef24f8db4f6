import type { CompletableCommand } from "./tree";

/** The completion script for zsh. */
export function zshScript(commands: readonly CompletableCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => quote(path));
  const values = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flag, value }) => {
      if (value === "none") return [];
      if (value === "free") return [`    (${quote(`${path} ${flag}`)}) return ;;`];
      if (value === "path") return [`    (${quote(`${path} ${flag}`)}) _files; return ;;`];
      return [`    (${quote(`${path} ${flag}`)}) compadd -- ${value.map(quote).join(" ")}; return ;;`];
    }),
  );
  const words = commands.map(({ path, words, options, files }) => {
    const all = [
      ...words,
      ...options.map(({ flag, description }) => ({ word: flag, description })),
      { word: "--help", description: "display help" },
    ];
    const described = all.map(({ word, description }) => quote(`${word}:${description}`)).join(" ");
    return `    (${quote(path)}) found=(${described})${files ? "; files=1" : ""} ;;`;
  });
  return `#compdef tenantry
# zsh completion of tenantry. Put it into a folder of $fpath as _tenantry, or load it with: source <(tenantry completion zsh)
_tenantry() {
  local at="" files="" index
  local -a found
  for ((index = 2; index < CURRENT; index++)); do
    case "$at \${words[index]}" in
    (${paths.join("|")}) at="$at \${words[index]}" ;;
    esac
  done
  case "$at \${words[CURRENT - 1]}" in
${values.join("\n")}
  esac
  case "$at" in
${words.join("\n")}
  esac
  _describe 'tenantry' found
  if [[ -n $files ]]; then _files; fi
}

if [[ "\${funcstack[1]}" == "_tenantry" ]]; then _tenantry "$@"; else compdef _tenantry tenantry; fi
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
