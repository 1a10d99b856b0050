import { type Argument, type Command, Help, type Option } from "commander";
import { EXIT_CODES } from "../../src/cli/exit-code.ts";
import { cell, table } from "./markdown.ts";

const help = new Help();

/** The reference page of commands, in Markdown, made from the program's own declarations. */
export function commandReference(program: Command): string {
  const exitCodes = Object.values(EXIT_CODES).map(({ code, when }) => [String(code), when]);
  return `${[
    "# Commands",
    "",
    "Made from the program's own declarations by `npm run reference`. How to use them is told in [Operation](operation.md#commands).",
    "`sidehook help <command>` says the same on a terminal.",
    ...program.commands.flatMap((command) => sectionsOf(command, program.name())),
    "",
    "## Exit codes",
    "",
    ...table(["exit code", "when"], exitCodes),
  ].join("\n")}\n`;
}

/** A command that only leads to others has no section of its own. */
function sectionsOf(command: Command, before: string): string[] {
  const name = `${before} ${command.name()}`;
  const inner = command.commands.flatMap((one) => sectionsOf(one, name));
  if (inner.length > 0) return inner;
  const rows = [
    ...command.registeredArguments.map((one) => [`\`${help.argumentTerm(one)}\``, meaning(one)]),
    ...help
      .visibleOptions(command)
      .filter(isOwn)
      .map((one) => [`\`${cell(one.flags)}\``, meaning(one)]),
  ];
  return [
    "",
    `## ${name}`,
    "",
    `\`${name} ${command.usage()}\`: ${cell(command.description())}.`,
    ...(rows.length > 0 ? ["", ...table(["word or option", "meaning"], rows)] : []),
  ];
}

/** Every command has `--help`. */
const isOwn = ({ long }: Option) => long !== "--help";

function meaning({ description, argChoices, defaultValue }: Argument | Option): string {
  return [
    cell(description),
    ...(argChoices ? [`One of ${argChoices.map((one) => `\`${one}\``).join(", ")}`] : []),
    ...(typeof defaultValue === "string" && defaultValue !== ""
      ? [`Default: \`${defaultValue}\``]
      : []),
  ]
    .filter((part) => part !== "")
    .join(". ");
}
