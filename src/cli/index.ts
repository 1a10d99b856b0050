import { CommanderError } from "commander";
import { exitCodeOf } from "./exit-code.ts";
import { program } from "./program.ts";

try {
  await (await program(process.argv[2])).parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exitCode = exitCodeOf(error);
}
