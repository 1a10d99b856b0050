import type { StepType } from "../../src/model/step-type.ts";
import { keyTable } from "./keys.ts";

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

const sectionOf = ({ type, title, about, result, acts, triggers, config }: StepType): string[] => [
  "",
  `## ${type}`,
  "",
  `**${title}.** ${about}`,
  "",
  ...keyTable(config),
  "",
  `Result: ${result}`,
  ...(acts ? ["", "Acts outside the run: `identity` must be written out."] : []),
  ...(triggers ? ["", `Only in: ${triggers.join(", ")}.`] : []),
];
