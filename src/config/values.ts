import { isScalar, parse as parseYaml } from "yaml";
import type { Problem } from "../model/position.ts";
import { type TemplatePart, templateParts } from "../model/template-parts.ts";
import { type Environment, fillIn } from "./environment.ts";
import type { Path, Source } from "./source.ts";

/** A text that holds expressions: its variables are in, its expressions are not yet compiled. */
export class Templated {
  readonly parts: readonly TemplatePart[];

  constructor(parts: readonly TemplatePart[]) {
    this.parts = parts;
  }
}

/** Reads values of a source with the environment put in. What is missing is added to `problems`. */
export interface Values {
  /** The value at a path, texts as texts: `${{` means nothing here. */
  plain(path: Path): unknown;
  /** The same, but a text with expressions is a `Templated`. */
  templated(path: Path): unknown;
}

/** See `Values`. */
export function valuesOf(source: Source, environment: Environment, problems: Problem[]): Values {
  const filled = (text: string, path: Path, offset: number): { text: string; touched: boolean } => {
    const result = fillIn(text, environment);
    if ("text" in result) return result;
    for (const { name, offset: inText } of result.missing) {
      const message = `environment variable ${name} is not set; give it, or a default: \${${name}:-…}`;
      problems.push(source.problem(path, message, { offset: offset + inText }));
    }
    return { text, touched: false };
  };

  const plainText = (text: string, path: Path): unknown => {
    const { text: done, touched } = filled(text, path, 0);
    return touched && isUnquoted(source, path) ? parseYaml(done, { schema: "core" }) : done;
  };

  const templatedText = (text: string, path: Path): unknown => {
    const parts = templateParts(text);
    if (parts.every(({ kind }) => kind === "text") && parts.length < 2) {
      return text.includes("$${{") ? (parts[0]?.text ?? "") : plainText(text, path);
    }
    return new Templated(
      parts.map((part) =>
        part.kind === "text" ? { ...part, text: filled(part.text, path, part.offset).text } : part,
      ),
    );
  };

  const walk = (
    value: unknown,
    path: Path,
    text: (text: string, path: Path) => unknown,
  ): unknown => {
    if (typeof value === "string") return text(value, path);
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, index], text));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([name, item]) => [
      name,
      walk(item, [...path, name], text),
    ]);
    return Object.fromEntries(entries);
  };

  return {
    plain: (path) => walk(source.valueAt(path), path, plainText),
    templated: (path) => walk(source.valueAt(path), path, templatedText),
  };
}

/** Whether a text stands in the file without quotes, so that `${PORT}` may be a number. */
function isUnquoted(source: Source, path: Path): boolean {
  const node = source.nodeAt(path);
  return isScalar(node) && node.type === "PLAIN";
}
