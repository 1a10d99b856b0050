import { Command, Option } from "commander";
import { readConfig } from "../configuration.ts";
import { explanation } from "../explanation.ts";
import type { Action } from "../model/action.ts";
import type { ExplainedRun, Explanation } from "../model/explanation.ts";
import { type Json, jsonText } from "../model/json.ts";
import { configOption } from "./config-option.ts";
import { jsonOption } from "./json-option.ts";
import { print } from "./print.ts";
import { methodOf, pathOf } from "./request-line.ts";
import { fitForTerminal, styled } from "./terminal.ts";

interface Options {
  readonly config: string;
  readonly role?: string;
  readonly json?: true;
}

/** `sidehook explain POST '/posts:create'`: how a request is read, and which workflows it would run. Nothing is run. */
export const explain = new Command("explain")
  .description("say how a request is read, which workflows it runs, and why the others do not run")
  .argument("<method>", "GET, POST, …", methodOf)
  .argument("<url>", "a path with its query, or a whole address", pathOf)
  .addOption(new Option("--role <name>", "the role that the caller acts in"))
  .addOption(jsonOption)
  .addOption(configOption)
  .action(async (method: string, path: string, { config: file, role, json }: Options) => {
    const config = await readConfig(file, process.env);
    const explained = explanation(config, { method, path, roleName: role ?? null });
    await print(json ? jsonText(explained as unknown as Json) : textOf(explained));
  });

/** The explanation, for people: what is found, each under a name that stands once. */
function textOf(explained: Explanation): string {
  const { method, path, way, action, runs, others, forwarded, refused } = explained;
  const numbered = runs.map((run, at) => ({ ...run, text: `${at + 1}. ${runText(run)}` }));
  const at = (place: ExplainedRun["place"]) =>
    numbered.filter((run) => run.place === place).map(({ text }) => text);
  const found: [name: string, texts: string[]][] = [
    ["read as", [action === null ? WAYS[way] : `${actionText(action)}: ${WAYS[way]}`]],
    ["answered", refused === null ? [] : [`${refused.status} ${refused.code}: ${refused.message}`]],
    ["before", at("before")],
    ["instead", at("instead")],
    ["forwarded", forwarded === null ? [] : [`${forwarded.method} ${forwarded.path}`]],
    ["after", at("after")],
    ["not run", others.map(({ workflow, why }) => `${workflow} ${why}`)],
  ];
  const lines = found.flatMap(([name, texts]) =>
    texts.map((text, index) => `  ${(index === 0 ? name : "").padEnd(11)}${fitForTerminal(text)}`),
  );
  return [styled("bold", fitForTerminal(`${method} ${path}`)), ...lines].join("\n");
}

const WAYS: Readonly<Record<Explanation["way"], string>> = {
  outside: "outside the prefix; it passes as it came",
  passed: "no workflow is concerned; it passes",
  concerned: "workflows are concerned",
  "custom-action": "a custom action; it is answered here, and nothing is forwarded",
  webhook: "a webhook; it is answered here, and nothing is forwarded",
  resume: "the link of a wait step; it is answered here, and nothing is forwarded",
  refused: "it is refused, and nothing is forwarded",
};

/** `update of posts, key 1`; `list of comments, below posts 1 (comments)`. */
function actionText({ name, collection, keys, parent }: Action): string {
  const which = keys.length === 0 ? "" : `, ${keys.length > 1 ? "keys" : "key"} ${keys.join(", ")}`;
  const below =
    parent === null ? "" : `, below ${parent.collection} ${parent.key} (${parent.association})`;
  return `${name} of ${collection}${which}${below}`;
}

/** `guard "Title" (global, for each record)`. */
function runText({
  workflow,
  title,
  place,
  sync,
  global,
  each,
  observe,
  path,
}: ExplainedRun): string {
  const said = [
    place === "instead" ? [] : global ? "global" : "named",
    each === "record" && place !== "instead" ? "for each record" : [],
    sync ? [] : "queued",
    observe ? "only observes" : [],
    path.length > 0 ? `on the record at ${path.join(".")}` : [],
    place === "after" ? "if the upstream answers 2xx" : [],
  ].flat();
  const brackets = said.length === 0 ? "" : ` (${said.join(", ")})`;
  return `${workflow}${title === null ? "" : ` "${title}"`}${brackets}`;
}
