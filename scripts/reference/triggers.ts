import type { Shape } from "../../src/model/expression.ts";
import type { TriggerType } from "../../src/model/workflow.ts";
import { keyTable } from "./keys.ts";

/** The reference page of trigger types, in Markdown, made from their schemas and words. */
export function triggerReference(types: readonly TriggerType[]): string {
  const intro = [
    "# Triggers",
    "",
    "Made from the trigger types' own schemas by `npm run reference`. How each behaves is told in [Workflows](workflows.md) and",
    "[Webhooks](webhooks.md).",
  ];
  return `${[...intro, ...types.flatMap(sectionOf)].join("\n")}\n`;
}

function sectionOf({ type, title, about, config, fields }: TriggerType): string[] {
  const keys = keyTable(config, ["type"]);
  const known = fieldsIn(fields, "trigger").map((field) => `\`${field}\``);
  return [
    "",
    `## ${type}`,
    "",
    `**${title}.** ${about}`,
    "",
    ...(keys.length > 2 ? keys : ["It has no keys except `type`."]),
    "",
    `Its expressions know ${known.join(", ")}.`,
  ];
}

/** `["trigger.params.values", "trigger.user"]` */
const fieldsIn = (fields: Shape, prefix: string): string[] =>
  Object.entries(fields).flatMap(([name, field]) =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? fieldsIn(field as Shape, `${prefix}.${name}`)
      : [`${prefix}.${name}`],
  );
