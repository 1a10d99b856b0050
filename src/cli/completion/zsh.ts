import { pathOf, paths } from "./bash.ts";
import { type Flag, type Place, quoted, wordsAt } from "./places.ts";

/**
 * A completion script for zsh.
 * @see https://zsh.sourceforge.io/Doc/Release/Completion-System.html
 */
export const zshScript = (name: string, places: readonly Place[]): string =>
  `#compdef ${name}
# zsh completion of ${name}. In ~/.zshrc, after compinit: eval "$(${name} completion zsh)"
_${name}() {
  local at="" word previous="\${words[CURRENT-1]}"
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      (${paths(places)}) at="$at $word" ;;
    esac
  done
  case "$at $previous" in
${places.flatMap((place) => place.options.flatMap((flag) => valueCase(place, flag))).join("\n")}
  esac
  case "$at" in
${places.map((place) => `    (${quoted(pathOf(place))}) offered=(${wordsAt(place).map(described).join(" ")}) ;;`).join("\n")}
  esac
  _describe ${quoted(name)} offered || _files
}
compdef _${name} ${name}
`;

/** `'--config:the configuration'`; a colon in the word itself is escaped. */
const described = ({ name, about }: { readonly name: string; readonly about: string }): string =>
  quoted(`${name.replaceAll(":", String.raw`\:`)}${about === "" ? "" : `:${about}`}`);

function valueCase(place: Place, { names, takes }: Flag): string[] {
  if (takes === "nothing") return [];
  const pattern = names.map((name) => quoted(`${pathOf(place)} ${name}`)).join("|");
  const action =
    takes === "file"
      ? "_files; "
      : takes === "text"
        ? ""
        : `compadd -- ${takes.map(quoted).join(" ")}; `;
  return [`    (${pattern}) ${action}return ;;`];
}
