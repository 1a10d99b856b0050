import { existsSync } from "node:fs";
import { Command } from "commander";
import { testsJsonSchema } from "../config/schema/json-schema.ts";
import { configurationSchema, configuredStepTypes } from "../configuration.ts";
import { configOption } from "./config-option.ts";
import { print } from "./print.ts";

/**
 * `sidehook schema`: the JSON Schema of the configuration, with the step types of its plugins, or of a file of tests, for
 * editors.
 */
export const schema = new Command("schema")
  .description("print the JSON Schema of the configuration, for editors")
  .option("--tests", "that of a file of tests")
  .addOption(configOption)
  .action(async ({ config, tests }: { config: string; tests?: true }, command: Command) => {
    const isNamed = command.getOptionValueSource("config") !== "default";
    const hasPlugins = tests === undefined && (isNamed || existsSync(config));
    const types = hasPlugins ? await configuredStepTypes(config, process.env) : undefined;
    const made = tests ? testsJsonSchema() : configurationSchema(types);
    await print(JSON.stringify(made, null, 2));
  });
