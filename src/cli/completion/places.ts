import { type Command, Help, type Option } from "commander";

/** A place on the command line, and what may stand there. */
export interface Place {
  /** The commands before it: `[]`, `["runs", "show"]`. */
  readonly at: readonly string[];
  readonly commands: readonly Word[];
  /** The values of its arguments, where there is a choice. */
  readonly values: readonly string[];
  readonly options: readonly Flag[];
}

/** A word that may be typed, and what it is for. */
export interface Word {
  readonly name: string;
  readonly about: string;
}

/** An option. */
export interface Flag {
  /** `["--config", "-c"]` */
  readonly names: readonly string[];
  readonly about: string;
  /** What follows it: nothing, the name of a file, one of these words, or any text. */
  readonly takes: "nothing" | "file" | "text" | readonly string[];
}

/** Every place of a program's command line, from its own table of commands. */
export function placesOf(program: Command): Place[] {
  const help = new Help();
  const below = (command: Command, at: readonly string[]): Place[] => {
    const commands = help.visibleCommands(command);
    const place: Place = {
      at,
      commands: commands.map((one) => ({
        name: one.name(),
        about: help.subcommandDescription(one),
      })),
      values: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
      options: help.visibleOptions(command).map(flagOf),
    };
    const inner = commands.filter((one) => one.name() !== "help");
    return [place, ...inner.flatMap((one) => below(one, [...at, one.name()]))];
  };
  return below(program, []);
}

function flagOf(option: Option): Flag {
  const { long, short, flags, argChoices, description: about } = option;
  const names = [long, short].filter((name) => name !== undefined && name !== null);
  if (!option.required && !option.optional) return { names, about, takes: "nothing" };
  return {
    names,
    about,
    takes: argChoices ?? (/[<[](file|to)[\]>]/.test(flags) ? "file" : "text"),
  };
}

/** The words that are offered at a place. */
export const wordsAt = ({ commands, values, options }: Place): readonly Word[] => [
  ...commands,
  ...values.map((name) => ({ name, about: "" })),
  ...options.flatMap(({ names: [name = ""], about }) => ({ name, about })),
];

/** A text between single quotes, as shells read it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
