import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Command, Option } from "commander";
import { configurationSchema, readConfig } from "../configuration.ts";
import { firstFile } from "../init/first-file.ts";
import { lookAt } from "../init/look.ts";
import type { Config } from "../model/config.ts";
import { configOption } from "./config-option.ts";

/** `sidehook init`: writes a first configuration for an upstream, which is asked what it is. Overwrites nothing. */
export const init = new Command("init")
  .description("write a first configuration for an upstream, which is asked what it is")
  .argument("[upstream]", "its URL, or an OpenAPI file; without it nothing is asked")
  .addOption(configOption)
  .addOption(new Option("--json", "for programs"))
  .action(async (upstream: string | undefined, options: { config: string; json?: boolean }) => {
    const { config: file, json } = options;
    if (existsSync(file)) throw isThere(file);
    const { found, told } = await lookAt(upstream);
    await writeNew(file, firstFile(found));
    const schema = join(dirname(file), SCHEMA);
    const isWritten = await written(schema, `${JSON.stringify(configurationSchema(), null, 2)}\n`);
    const config = await readConfig(file, process.env);
    const { url, api, prefix } = found;
    const collections = found.collections.map(({ name }) => name);
    if (json) console.log(JSON.stringify({ file, url, api, prefix, collections }));
    else {
      const wrote = isWritten
        ? `Wrote ${file}, which passes sidehook check, and ${schema}, for editors.`
        : `Wrote ${file}, which passes sidehook check. ${schema} was there already, and is as it was.`;
      const lines = [told, ...collectionsTold(collections), wrote, nextSteps(file, config)];
      console.log(lines.join("\n"));
    }
  });

/** The file that the first line of the configuration names. */
const SCHEMA = "gateway.schema.json";

async function writeNew(file: string, text: string): Promise<void> {
  if (!(await written(file, text))) throw isThere(file);
}

/** Whether a new file is written; not where there is one. */
async function written(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

const isThere = (file: string) =>
  new Error(
    `${file} is there already, and init overwrites nothing. ` +
      "Move the file away, or name another one: sidehook init --config other.yaml",
  );

const collectionsTold = (names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`Its collections: ${names.join(", ")}.`];

function nextSteps(file: string, { listen, upstream }: Config): string {
  const option = file === configOption.defaultValue ? "" : ` --config ${file}`;
  const hello = `http://${listen.host}:${listen.port}${upstream.api.prefix.replace(/\/$/, "")}/workflows:trigger`;
  return `
Next:
  sidehook start${option}
  curl -X POST '${hello}?triggerWorkflows=hello'     # in another terminal: runs the workflow "hello"`;
}
