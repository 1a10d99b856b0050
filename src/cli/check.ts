import { Command, Option } from "commander";
import { ConfigError } from "../config/config-error.ts";
import { readConfig } from "../configuration.ts";
import { asWarning, problemText } from "../model/position.ts";
import type { Problem } from "../model/position.ts";
import { configOption } from "./config-option.ts";

/** `sidehook check`: all problems of a configuration at once, or else its warnings. Exit code 1 when there are problems. */
export const check = new Command("check")
  .description("check a configuration, and tell all that is wrong with it")
  .addOption(configOption)
  .addOption(
    new Option("--format <format>", "how to tell").choices(["text", "json"]).default("text"),
  )
  .action(async ({ config, format }: { config: string; format: "text" | "json" }) => {
    const { problems, warnings } = await read(config);
    const findings = [...problems, ...warnings.map(asWarning)];
    if (format === "json") console.log(JSON.stringify(findings));
    else {
      for (const one of findings) console.log(problemText(one));
      if (problems.length === 0) console.log(`${config} is fine`);
    }
    process.exitCode = problems.length > 0 ? 1 : 0;
  });

async function read(file: string): Promise<Record<"problems" | "warnings", readonly Problem[]>> {
  try {
    const { warnings } = await readConfig(file, process.env);
    return { problems: [], warnings };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems, warnings: [] };
    throw error;
  }
}
