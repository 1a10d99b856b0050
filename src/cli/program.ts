import { Command } from "commander";
import { check } from "./check.ts";
import { completion } from "./completion.ts";
import { explain } from "./explain.ts";
import { graph } from "./graph.ts";
import { init } from "./init.ts";
import { runs } from "./runs/index.ts";
import { schema } from "./schema.ts";
import { start } from "./start.ts";
import { store } from "./store.ts";
import { test } from "./test.ts";
import { tryRequest } from "./try.ts";
import { version } from "../version.ts";
import { workflows } from "./workflows.ts";

const commands = [
  init,
  start,
  check,
  tryRequest,
  test,
  schema,
  explain,
  graph,
  runs,
  workflows,
  store,
  completion,
];

/** `sidehook`, with all its commands. */
export const program = new Command("sidehook")
  .description(
    "An API gateway sidecar that runs workflows before and after the actions of a REST API.",
  )
  .version(version)
  .showHelpAfterError("(sidehook --help lists the commands)")
  .exitOverride();
for (const command of commands) program.addCommand(asPartOf(program, command));

/** A command that says what is wrong as its parent does, and so do its own. */
function asPartOf(parent: Command, command: Command): Command {
  command.copyInheritedSettings(parent);
  for (const inner of command.commands) asPartOf(command, inner);
  return command;
}
