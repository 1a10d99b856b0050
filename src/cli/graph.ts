import { Command, Option } from "commander";
import { readConfig } from "../configuration.ts";
import { mermaidOf } from "../graph/mermaid.ts";
import { svgOf } from "../graph/svg.ts";
import { treeOf } from "../graph/tree.ts";
import { didYouMean } from "../model/nearest.ts";
import { outline } from "../outline.ts";
import { configOption } from "./config-option.ts";

interface Options {
  readonly config: string;
  readonly mermaid?: boolean;
  readonly svg?: boolean;
  readonly json?: boolean;
}

/** `sidehook graph <workflow>`: a workflow as a tree of text, or as a picture. Exit code 1 when there is no such workflow. */
export const graph = new Command("graph")
  .description("draw a workflow: its trigger, its steps and their branches")
  .argument("<workflow>", "its key")
  .addOption(configOption)
  .addOption(new Option("--mermaid", "as a Mermaid flowchart, for Markdown"))
  .addOption(new Option("--svg", "as an SVG picture").conflicts("mermaid"))
  .addOption(new Option("--json", "for programs").conflicts(["mermaid", "svg"]))
  .action(async (key: string, { config: file, mermaid, svg, json }: Options) => {
    const { workflows, stepTypes } = await readConfig(file, process.env);
    const workflow = workflows.find((one) => one.key === key);
    if (workflow === undefined)
      throw new Error(
        unknown(
          key,
          workflows.map((one) => one.key),
          file,
        ),
      );
    const drawn = outline(workflow, stepTypes);
    if (json) console.log(JSON.stringify(drawn, null, 2));
    else process.stdout.write((mermaid ? mermaidOf : svg ? svgOf : treeOf)(drawn));
  });

function unknown(key: string, known: readonly string[], file: string): string {
  const all = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
  return `${file} has no workflow "${key}"${didYouMean(key, known) || `; ${all}`}`;
}
