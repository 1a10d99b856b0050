import type { z } from "zod";
import { didYouMean } from "../../model/nearest.ts";

const FORMS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a mapping",
  record: "a mapping",
};

/**
 * The message for a value that a schema refuses, where the schema itself has none:
 * `should be a whole number`, `should be one of GET, POST; did you mean "POST"?`.
 */
export const wording: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `should be ${FORMS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return oneOf(issue.values.map(String), issue.input);
    case "too_small":
      return tooSmall(issue.origin, Number(issue.minimum));
    case "too_big":
      return `should be at most ${issue.maximum}${unit(issue.origin)}`;
    case "invalid_format":
      return "is not in the right form";
    case "not_multiple_of":
      return `should be a multiple of ${issue.divisor}`;
    case "invalid_union":
      return `should be ${formsOf(issue.errors).join(" or ")}`;
    default:
      return undefined;
  }
};

/** The forms that the options of a union ask for: `["a text", "a number"]`. */
function formsOf(options: readonly (readonly z.core.$ZodIssue[])[]): string[] {
  const messages = options.flatMap(([first]) => first?.message ?? []);
  return [...new Set(messages.map((message) => message.replace(/^should be /, "")))];
}

function oneOf(values: readonly string[], input: unknown): string {
  const known = values.length === 1 ? values[0] : `one of ${values.join(", ")}`;
  return `should be ${known}${typeof input === "string" ? didYouMean(input, values) : ""}`;
}

function tooSmall(origin: string, minimum: number): string {
  if (minimum === 1 && origin !== "number") return "should not be empty";
  return `should be at least ${minimum}${unit(origin)}`;
}

const unit = (origin: string) =>
  origin === "string" ? " characters" : origin === "array" ? " items" : "";
