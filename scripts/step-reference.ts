import { z } from "zod";
import type { StepType } from "../src/model/step-type.ts";

/** A property of a JSON Schema, as far as the reference shows it. */
interface Property {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
}

/** The reference page of step types, in Markdown, made from their schemas and words. */
export function stepReference(types: readonly StepType[]): string {
  const intro = [
    "# Steps",
    "",
    "Made from the step types' own schemas by `npm run reference`. What every step may have (`id`, `if`, `timeout`, `retry`,",
    "`onError`) is told in [Workflows](workflows.md).",
  ];
  return `${[...intro, ...types.flatMap(sectionOf)].join("\n")}\n`;
}

function sectionOf({ type, title, about, result, acts, triggers, config }: StepType): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(config, {
    unrepresentable: "any",
    io: "input",
  }) as { properties?: Record<string, Property>; required?: string[] };
  const rows = Object.entries(properties).map(
    ([name, property]) =>
      `| \`${name}\` | ${meaning(property)} | ${required.includes(name) ? "required" : defaultOf(property)} |`,
  );
  return [
    "",
    `## ${type}`,
    "",
    `**${title}.** ${about}`,
    "",
    "| key | meaning | default |",
    "| --- | --- | --- |",
    ...rows,
    "",
    `Result: ${result}`,
    ...(acts ? ["", "Acts outside the run: `identity` must be written out."] : []),
    ...(triggers ? ["", `Only in: ${triggers.join(", ")}.`] : []),
  ];
}

function meaning({ description = "", enum: values }: Property): string {
  const text = description.replaceAll("|", "\\|");
  return values
    ? `${text} One of ${values.map((value) => `\`${String(value)}\``).join(", ")}.`
    : text;
}

const defaultOf = ({ default: value }: Property) =>
  value === undefined ? "" : `\`${JSON.stringify(value)}\``;
