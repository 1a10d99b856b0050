import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { check } from "./check.ts";
import { completion } from "./completion.ts";
import { graph } from "./graph.ts";
import { init } from "./init.ts";
import { start } from "./start.ts";
import { version } from "../version.ts";

const commands = [init, start, check, graph, completion];

/** Exit codes of sysexits.h: wrong usage, an unusable configuration. */
const EX_USAGE = 64;
const EX_CONFIG = 78;

const program = new Command("sidehook")
  .description(
    "An API gateway sidecar that runs workflows before and after the actions of a REST API.",
  )
  .version(version)
  .showHelpAfterError("(sidehook --help lists the commands)")
  .exitOverride();
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof ConfigError ? EX_CONFIG : 1;
  } else process.exitCode = error.exitCode === 0 ? 0 : EX_USAGE;
}
