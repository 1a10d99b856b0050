import type { z } from "zod";
import { didYouMean } from "../../model/nearest.ts";
import type { Problem } from "../../model/position.ts";
import { keysOf, schemaAt } from "./walk.ts";
import type { Path, Source } from "../yaml/source.ts";
import { wording } from "./wording.ts";

/** Where a value that is checked stands. */
export interface CheckContext {
  readonly source: Source;
  readonly path: Path;
  readonly problems: Problem[];
  /** Further keys that are legal beside those of the schema. */
  readonly alsoKnown?: readonly string[];
}

/** Stands for a value that is not known yet. A symbol, so that no schema takes it for something else. */
export const OPEN = Symbol("not known yet");

/**
 * Checks a value that was written in a file. All that is wrong is added to the problems; null then.
 * An issue at an `OPEN` place is not a problem yet.
 */
export function check<T>(
  schema: z.ZodType<T>,
  value: unknown,
  context: CheckContext,
): { value: T } | null {
  const result = schema.safeParse(value, { reportInput: true, error: wording });
  if (result.success) return { value: result.data };
  for (const issue of result.error.issues) {
    if (!isOpen(issue)) context.problems.push(...problemsOf(issue, schema, context));
  }
  return null;
}

/** Whether an issue is about a value that is not known yet. */
function isOpen(issue: z.core.$ZodIssue): boolean {
  if (issue.input === OPEN) return true;
  if (issue.code !== "invalid_union") return false;
  return issue.errors.some((option) => option.length > 0 && option.every(isOpen));
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, context: CheckContext): Problem[] {
  const { source, path } = context;
  const at = [...path, ...issue.path];
  const key = String(issue.path.at(-1));
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = knownKeys(issue.path, schema, context);
      return issue.keys.map((name) => source.problem(at, unknownKey(name, known), { key: name }));
    }
    case "invalid_key": {
      const message = issue.issues.map((inner) => inner.message).join("; ");
      return [source.problem(at.slice(0, -1), `"${key}" ${message}`, { key })];
    }
    case "invalid_union": {
      const likeliest = likeliestOption(issue);
      if (likeliest === null) break;
      const nested = likeliest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
      return nested.flatMap((inner) => problemsOf(inner, schema, context));
    }
    default:
  }
  if (issue.input !== undefined || issue.path.length === 0 || source.nodeAt(at) !== null) {
    return [source.problem(at, issue.message)];
  }
  const wanted = issue.code === "custom" ? "" : `; it ${issue.message}`;
  return [source.problem(at.slice(0, -1), `${key} is missing${wanted}`)];
}

function knownKeys(path: Path, schema: z.ZodType, { alsoKnown = [] }: CheckContext): string[] {
  const mapping = schemaAt(schema, path);
  return [...(mapping ? keysOf(mapping) : []), ...(path.length === 0 ? alsoKnown : [])];
}

const unknownKey = (name: string, known: readonly string[]) =>
  `unknown key "${name}"${didYouMean(name, known) || `; known are ${known.join(", ")}`}`;

/** The one option that has the form of what was written: its issues say more than "none of the options". */
function likeliestOption(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | null {
  const options = issue.errors.filter((option) => !option.some(isAboutForm));
  return (options.length === 1 && options[0]) || null;
}

function isAboutForm({ code, path, input }: z.core.$ZodIssue): boolean {
  if (path.length > 0) return false;
  return code === "invalid_type" || (code === "invalid_value" && typeof input === "object");
}
