import { Command, Option } from "commander";
import { ConfigError } from "../config/problems.ts";
import { readConfig } from "../configuration.ts";
import { problemText } from "../model/position.ts";
import type { Problem } from "../model/position.ts";
import { configOption } from "./config-option.ts";

/** `sidehook check`: all problems of a configuration at once. Exit code 0, or 1 when there are any. */
export const check = new Command("check")
  .description("check a configuration, and tell all that is wrong with it")
  .addOption(configOption)
  .addOption(
    new Option("--format <format>", "how to tell").choices(["text", "json"]).default("text"),
  )
  .action(async ({ config, format }: { config: string; format: "text" | "json" }) => {
    const problems = await problemsOf(config);
    if (format === "json") console.log(JSON.stringify(problems));
    else if (problems.length > 0) console.log(problems.map(problemText).join("\n"));
    else console.log(`${config} is fine`);
    process.exitCode = problems.length > 0 ? 1 : 0;
  });

async function problemsOf(file: string): Promise<readonly Problem[]> {
  try {
    await readConfig(file, process.env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
