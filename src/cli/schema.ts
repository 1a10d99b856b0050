import { Command } from "commander";
import { testsJsonSchema } from "../config/schema/json-schema.ts";
import { configurationSchema } from "../configuration.ts";
import { print } from "./print.ts";

/** `sidehook schema`: the JSON Schema of the configuration, or of a file of tests, for editors. */
export const schema = new Command("schema")
  .description("print the JSON Schema of the configuration, for editors")
  .option("--tests", "that of a file of tests")
  .action(({ tests }: { tests?: true }) =>
    print(JSON.stringify(tests ? testsJsonSchema() : configurationSchema(), null, 2)),
  );
