import { type Flag, type Place, quoted, wordsAt } from "./places.ts";

/**
 * A completion script for bash.
 * @see https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
 */
export const bashScript = (name: string, places: readonly Place[]): string =>
  `# bash completion of ${name}. In ~/.bashrc: eval "$(${name} completion bash)"
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at="" word offered=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${paths(places)}) at="$at $word" ;;
    esac
  done
  case "$at $previous" in
${places.flatMap((place) => place.options.flatMap((flag) => valueCase(place, flag))).join("\n")}
  esac
  case "$at" in
${places
  .map(
    (place) =>
      `    ${quoted(pathOf(place))}) offered=${quoted(
        wordsAt(place)
          .map(({ name: word }) => word)
          .join(" "),
      )} ;;`,
  )
  .join("\n")}
  esac
  COMPREPLY=($(compgen -W "$offered" -- "$current"))
}
complete -o default -F _${name} ${name}
`;

/** `" runs show"`: how the script keeps the commands that it has passed. */
export const pathOf = ({ at }: Place): string => at.map((word) => ` ${word}`).join("");

/** All of them, as the alternatives of a `case`. */
export const paths = (places: readonly Place[]): string =>
  places
    .filter(({ at }) => at.length > 0)
    .map((place) => quoted(pathOf(place)))
    .join("|");

function valueCase(place: Place, { names, takes }: Flag): string[] {
  if (takes === "nothing") return [];
  const pattern = names.map((name) => quoted(`${pathOf(place)} ${name}`)).join("|");
  const action =
    takes === "file" ? "-f" : takes === "text" ? null : `-W ${quoted(takes.join(" "))}`;
  const reply = action === null ? "" : `COMPREPLY=($(compgen ${action} -- "$current")); `;
  return [`    ${pattern}) ${reply}return ;;`];
}
