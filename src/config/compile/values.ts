import { parseJson } from "../../model/json.ts";
import type { Problem } from "../../model/position.ts";
import { type TemplatePart, templateParts } from "../../model/template-parts.ts";
import { type Environment, fillIn } from "../environment.ts";
import { OPEN } from "../schema/check.ts";
import type { Path, Source } from "../yaml/source.ts";

/** A text that holds expressions: its variables are in, its expressions are not compiled yet. */
export class Templated {
  readonly parts: readonly TemplatePart[];

  constructor(parts: readonly TemplatePart[]) {
    this.parts = parts;
  }
}

/**
 * Reads values of a source with the environment put in. A variable that is missing is added to the problems; the text it
 * stands in is `OPEN`, so that nothing else is said of it.
 */
export interface Values {
  /** The value at a path, texts as texts: `${{` means nothing here. */
  plain(path: Path): unknown;
  /** The same, but a text without quotes that is one variable may be a number or a boolean. */
  typed(path: Path): unknown;
  /** The text at a path, typed the same way; a `Templated` when it holds expressions. */
  template(text: string, path: Path): unknown;
}

/** See `Values`. */
export function valuesOf(source: Source, environment: Environment, problems: Problem[]): Values {
  const fill = (text: string, path: Path, from = 0) => {
    const filled = fillIn(text, environment);
    for (const { name, offset } of filled.missing) {
      const message = `the environment variable ${name} is not set; set it, or give a default: \${${name}:-…}`;
      problems.push(source.problem(path, message, { offset: from + offset }));
    }
    return filled;
  };

  const plainText = (text: string, path: Path) => {
    const { text: filled, missing } = fill(text, path);
    return missing.length > 0 ? OPEN : filled;
  };

  const typedText = (text: string, path: Path) => {
    const { text: filled, whole, missing } = fill(text, path);
    if (missing.length > 0) return OPEN;
    return whole && source.isUnquoted(path) ? scalarOf(filled) : filled;
  };

  const template = (text: string, path: Path) => {
    if (!text.includes("${{")) return typedText(text, path);
    const parts = templateParts(text).map((part) =>
      part.kind === "text" ? { ...part, text: fill(part.text, path, part.offset).text } : part,
    );
    if (parts.some(({ kind }) => kind !== "text")) return new Templated(parts);
    return parts.map((part) => part.text).join("");
  };

  return {
    plain: (path) => mapTexts(source.valueAt(path), path, plainText),
    typed: (path) => mapTexts(source.valueAt(path), path, typedText),
    template,
  };
}

/** A value with each text in it, at any depth, made anew. */
function mapTexts(
  value: unknown,
  path: Path,
  change: (text: string, path: Path) => unknown,
): unknown {
  if (typeof value === "string") return change(value, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => mapTexts(item, [...path, index], change));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, mapTexts(item, [...path, name], change)]),
  );
}

/** The value that YAML gives a text without quotes: `8080` → 8080, `true` → true. A text stays one where digits would be lost. */
function scalarOf(text: string): string | number | bigint | boolean {
  if (text === "true" || text === "false") return text === "true";
  if (/^-?[1-9]\d{15,}$/.test(text)) return parseJson(text) as number | bigint;
  return /^-?\d/.test(text) && String(Number(text)) === text ? Number(text) : text;
}
