import type { z } from "zod";
import { didYouMean } from "../model/nearest.ts";
import type { Problem } from "../model/position.ts";
import { schemaAt, keysOf } from "./schema-walk.ts";
import type { Path, Source } from "./source.ts";

/** Where a schema's value stands in a source, and how to leave out issues that can't be judged yet. */
export interface Place {
  readonly source: Source;
  /** Path of the value in the source. */
  readonly path: Path;
  readonly schema: z.ZodType;
  /** Further keys that are legal beside those of the schema; told as such in messages. */
  readonly alsoKnown?: readonly string[];
  /** Whether the value at a path, within the checked value, is known only when it runs. */
  readonly isOpen?: (path: Path) => boolean;
}

/** Each issue of a zod error as a problem at its place. */
export function problemsOf(issues: readonly z.core.$ZodIssue[], place: Place): Problem[] {
  return issues.flatMap((issue) =>
    isOpenIssue(issue, [], place) ? [] : problemsOfIssue(issue, place),
  );
}

function problemsOfIssue(issue: z.core.$ZodIssue, place: Place): Problem[] {
  const { source, path, schema, alsoKnown = [] } = place;
  const at = [...path, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const above = schemaAt(schema, issue.path);
    const known = [...(above ? keysOf(above) : []), ...(issue.path.length === 0 ? alsoKnown : [])];
    return issue.keys.map((key) =>
      source.problem(at, `unknown key "${key}"${didYouMean(key, known) || knownKeys(known)}`, {
        key,
      }),
    );
  }
  if (issue.code === "invalid_union") {
    const likeliest = likeliestOption(issue);
    if (likeliest) {
      const nested = likeliest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
      return nested.flatMap((inner) => problemsOfIssue(inner, place));
    }
  }
  const missing = source.nodeAt(at) === null && issue.path.length > 0;
  if (missing) return [source.problem(at, `${name(issue.path)} is missing${wanted(issue)}`)];
  return [source.problem(at, `${name(issue.path)}${messageOf(issue)}`)];
}

/** An issue does not count when the value it is about comes from an expression. */
function isOpenIssue(issue: z.core.$ZodIssue, above: Path, place: Place): boolean {
  const { isOpen } = place;
  if (!isOpen) return false;
  const path = [...above, ...issue.path];
  if (isOpen(path)) return true;
  return (
    issue.code === "invalid_union" &&
    issue.errors.some(
      (option) => option.length > 0 && option.every((inner) => isOpenIssue(inner, path, place)),
    )
  );
}

/** The option that came furthest, if one stands out: its issues say more than "no option fits". */
function likeliestOption(
  issue: z.core.$ZodIssueInvalidUnion,
): readonly z.core.$ZodIssue[] | undefined {
  const deep = issue.errors.filter(
    (option) => option.some(({ path }) => path.length > 0) || option.every(isAboutKeys),
  );
  return deep.length === 1 ? deep[0] : undefined;
}

const isAboutKeys = ({ code }: z.core.$ZodIssue) =>
  code === "unrecognized_keys" || code === "custom";

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    const given = typeof issue.input === "string" ? issue.input : "";
    return `should be ${values.length === 1 ? "" : "one of "}${values.join(", ")}${didYouMean(given, values)}`;
  }
  if (issue.code === "invalid_type") return `should be ${article(issue.expected)}`;
  return issue.message;
}

function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return `; it should be ${article(issue.expected)}`;
  if (issue.code === "invalid_value")
    return `; it should be ${issue.values.map(String).join(" or ")}`;
  return "";
}

const WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

const article = (expected: string) => WORDS[expected] ?? expected;

const name = (path: Path) => {
  const last = path.findLast((key) => typeof key === "string");
  return last === undefined ? "" : `${last}: `;
};

const knownKeys = (known: readonly string[]) =>
  known.length === 0 || known.length > 20 ? "" : `; known are ${known.join(", ")}`;
