import { Command } from "commander";
import { configurationSchema } from "../configuration.ts";
import { print } from "./print.ts";

/** `sidehook schema`: the JSON Schema of the configuration, for editors. */
export const schema = new Command("schema")
  .description("print the JSON Schema of the configuration, for editors")
  .action(() => print(JSON.stringify(configurationSchema(), null, 2)));
