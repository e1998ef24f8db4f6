import type { CompletableCommand, CompletableOption } from "./tree";

/** The completion script for fish. */
export function fishScript(commands: readonly CompletableCommand[]): string {
  const paths = commands.filter(({ path }) => path !== "").map(({ path }) => quote(path));
  const lines = commands.flatMap(({ path, words, options, files }) => {
    const at = `complete -c tenantry -n "__tenantry_at ${quote(path)}"`;
    return [
      ...words.map(({ word, description }) => `${at} -a ${quote(word)} -d ${quote(description)}`),
      ...options.map((option) => `${at} ${optionPart(option)}`),
      `${at} -l help -d 'display help'`,
      ...(files ? [`${at} -F`] : []),
    ];
  });
  return `# fish completion of tenantry. Keep it as ~/.config/fish/completions/tenantry.fish
function __tenantry_at
    set -l at ""
    for word in (commandline -opc)[2..-1]
        switch "$at $word"
            case ${paths.join(" ")}
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end

complete -c tenantry -f
${lines.join("\n")}
`;
}

function optionPart({ flag, description, value }: CompletableOption): string {
  const own = `-l ${flag.replace(/^--/, "")} -d ${quote(description)}`;
  if (value === "none") return own;
  if (value === "free") return `${own} -x`;
  return value === "path" ? `${own} -r -F` : `${own} -x -a ${quote(value.join(" "))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
