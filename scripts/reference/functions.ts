import { budgetOf } from "../../src/expressions/budget.ts";
import { chanceOf } from "../../src/expressions/chance.ts";
import type { DeclaredFunction } from "../../src/expressions/declared.ts";
import { declaredFunctions } from "../../src/expressions/functions.ts";
import { re2Patterns } from "../../src/expressions/patterns.ts";
import { jsonText } from "../../src/model/json.ts";

/** The functions that the reference lists. Only their words and examples are looked at. */
export function functionTable(): readonly DeclaredFunction[] {
  const budget = budgetOf(0);
  return declaredFunctions(
    chanceOf(() => new Date()),
    re2Patterns(budget),
    budget,
  );
}

/** The reference page of functions, in Markdown, made from their declarations. */
export function functionReference(functions: readonly DeclaredFunction[]): string {
  const intro = [
    "# Functions",
    "",
    "The functions of expressions beside [CEL's own](https://github.com/google/cel-spec/blob/master/doc/langdef.md#standard-definitions).",
    "Made from their declarations by `npm run reference`; the tests evaluate each example.",
    "",
    "A function may be called in two forms, which are the same: `addDays(t, 3)` and `t.addDays(3)`. Its types are checked when",
    "the configuration is loaded, and so are units, zones, patterns and algorithms that are written out. A `time` is what",
    "`date`, `timestamp`, `parseDate` and `now()` give; in JSON, it is text: `date(trigger.data.createdAt).addDays(3)`.",
    "Zones are IANA names (`Europe/Berlin`), `UTC` or an offset (`+01:00`); without one, it is UTC, whatever the machine's.",
  ];
  return `${[...intro, ...functions.flatMap(sectionOf)].join("\n")}\n`;
}

const sectionOf = ({ name, form, about, examples }: DeclaredFunction): string[] => [
  "",
  `## ${name}`,
  "",
  `\`${name}${form}\``,
  "",
  about,
  "",
  "```",
  ...examples.map(([expression, value]) => `${expression} → ${jsonText(value)}`),
  "```",
];
