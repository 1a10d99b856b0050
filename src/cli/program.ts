import { Command } from "commander";
import { version } from "../version.ts";

/** The commands, in the order in which they are listed. Each stands in a file of its own, since some need the whole gateway. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import("./init.ts")).init,
  start: async () => (await import("./start.ts")).start,
  check: async () => (await import("./check.ts")).check,
  try: async () => (await import("./try.ts")).tryRequest,
  test: async () => (await import("./test.ts")).test,
  schema: async () => (await import("./schema.ts")).schema,
  explain: async () => (await import("./explain.ts")).explain,
  graph: async () => (await import("./graph.ts")).graph,
  runs: async () => (await import("./runs/index.ts")).runs,
  workflows: async () => (await import("./workflows.ts")).workflows,
  store: async () => (await import("./store.ts")).store,
  completion: async () => (await import("./completion.ts")).completion,
};

/** The command that tells of all the others. */
const NEEDS_ALL = "completion";

/**
 * `sidehook`, with the command that its first word names; with all commands where it names none, and for `completion`. To load a
 * command takes longer than most take to run, so the others are not loaded.
 * @param word as it was typed: `check`, `--help`
 */
export async function program(word?: string): Promise<Command> {
  const whole = new Command("sidehook")
    .description(
      "An API gateway sidecar that runs workflows before and after the actions of a REST API.",
    )
    .version(version)
    .showHelpAfterError("(sidehook --help lists the commands)")
    .exitOverride();
  for (const load of neededFor(word)) whole.addCommand(asPartOf(whole, await load()));
  return whole;
}

function neededFor(word = ""): readonly (() => Promise<Command>)[] {
  if (word === "--version" || word === "-V") return [];
  const named = Object.hasOwn(COMMANDS, word) && word !== NEEDS_ALL ? COMMANDS[word] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
}

/** A command that says what is wrong as its parent does, and so do its own. */
function asPartOf(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent);
  for (const inner of command.commands) asPartOf(command, inner);
  return command;
}
