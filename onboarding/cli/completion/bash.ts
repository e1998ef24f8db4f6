import type { CompletableCommand } from "./tree";

/** The completion script for bash. */
export function bashScript(commands: readonly CompletableCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => `"${path}"`);
  const values = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flag, value }) => {
      if (value === "none") return [];
      if (value === "free") return [`    "${path} ${flag}") return ;;`];
      if (value === "path") return [`    "${path} ${flag}") _tenantry_files; return ;;`];
      return [
        `    "${path} ${flag}") COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$current")); return ;;`,
      ];
    }),
  );
  const words = commands.map(({ path, words, options, files }) => {
    const all = [...words.map(({ word }) => word), ...options.map(({ flag }) => flag), "--help"];
    return `    "${path}") words="${all.join(" ")}"${files ? "; files=1" : ""} ;;`;
  });
  return `# bash completion of tenantry. Load it with: source <(tenantry completion bash)
_tenantry_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen -f -- "$current"))
}

_tenantry() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" at="" words="" files="" index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$at \${COMP_WORDS[index]}" in
    ${paths.join(" | ")}) at="$at \${COMP_WORDS[index]}" ;;
    esac
  done
  case "$at $previous" in
${values.join("\n")}
  esac
  case "$at" in
${words.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n $files ]]; then _tenantry_files; fi
}

complete -F _tenantry tenantry
`;
}
