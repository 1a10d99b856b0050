import type { Flag, Place } from "./places.ts";

/**
 * A completion script for fish.
 * @see https://fishshell.com/docs/current/completions.html
 */
export const fishScript = (name: string, places: readonly Place[]): string =>
  [
    `# fish completion of ${name}. ${name} completion fish > ~/.config/fish/completions/${name}.fish`,
    `complete -c ${name} -f`,
    ...places.flatMap((place) => linesOf(name, place)),
  ].join("\n") + "\n";

function linesOf(name: string, place: Place): string[] {
  const when = `complete -c ${name} -n ${quoted(conditionOf(place))}`;
  const words = [...place.commands, ...place.values.map((value) => ({ name: value, about: "" }))];
  // An argument without a choice may be a file.
  const files = words.length === 0 && place.at.length > 0 ? [`${when} -F`] : [];
  return [
    ...words.map((word) => `${when} -a ${quoted(word.name)}${aboutOf(word.about)}`),
    ...place.options.map((flag) => `${when}${namesOf(flag)}${valueOf(flag)}${aboutOf(flag.about)}`),
    ...files,
  ];
}

/** Whether the commands of a place were typed, and none that leads further. */
function conditionOf({ at, commands }: Place): string {
  const seen = at.map((word) => `__fish_seen_subcommand_from ${word}`);
  const further = commands.map(({ name }) => name).join(" ");
  const none = further === "" ? [] : [`not __fish_seen_subcommand_from ${further}`];
  return [...seen, ...none].join("; and ");
}

const namesOf = ({ names }: Flag): string =>
  names
    .map((name) => (name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`))
    .join("");

function valueOf({ takes }: Flag): string {
  if (takes === "nothing") return "";
  if (takes === "file") return " -r -F";
  return takes === "text" ? " -x" : ` -x -a ${quoted(takes.join(" "))}`;
}

const aboutOf = (about: string): string => (about === "" ? "" : ` -d ${quoted(about)}`);

/** A text between single quotes, as fish reads it: there a backslash escapes. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
