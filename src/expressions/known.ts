import type { Names, Shape } from "../model/expression.ts";
import { didYouMean } from "../model/nearest.ts";
import type { Path } from "./path.ts";

const TURN_FIELDS: Shape = { item: "dyn", index: "double", length: "double" };

/** The names that an expression may begin with at its place, with the known part of their fields. */
export function rootsOf(names: Names): Readonly<Record<string, Shape>> {
  return {
    trigger: names.trigger,
    run: { id: "string", workflow: "string", startedAt: "string", attempt: "double" },
    ...Object.fromEntries(names.loops.map((loop) => [loop, TURN_FIELDS])),
    ...(names.error && { error: { message: "string", code: "string", step: "string" } }),
    steps: "dyn",
    vars: "dyn",
    secrets: "dyn",
  };
}

/** The mistake in the first name of a path, or null. */
export function unknownRoot(name: string, known: readonly string[]): string | null {
  if (known.includes(name)) return null;
  if (name === "each") return `"each" is known only inside a loop`;
  if (name === "error") return `"error" is known only inside an onError list`;
  if (name === "now") return `"now" is a function: now()`;
  return `unknown name "${name}"${didYouMean(name, known) || `; known are ${list(known)}`}`;
}

/** The mistake in the last field of a path, or null. Mistakes in the fields before it are found at those fields. */
export function unknownField({ root, fields }: Path, names: Names): string | null {
  const name = fields.at(-1) ?? "";
  if (root === "steps" && fields.length === 1) return unknownStep(name, names);
  if (root === "vars" && fields.length === 1) return unknownIn("variable", name, names.vars);
  let shape: Shape | undefined = rootsOf(names)[root];
  for (const above of fields.slice(0, -1)) {
    if (typeof shape !== "object") return null;
    shape = Object.hasOwn(shape, above) ? shape[above] : undefined;
  }
  if (typeof shape !== "object" || Object.hasOwn(shape, name)) return null;
  const place = [root, ...fields.slice(0, -1)].join(".");
  const known = Object.keys(shape);
  return `${place} has no field "${name}"${didYouMean(name, known) || `; it has ${list(known)}`}`;
}

function unknownStep(name: string, { steps, outOfReach }: Names): string | null {
  if (steps.includes(name)) return null;
  if (outOfReach.includes(name)) {
    return `step "${name}" is not done yet here: it comes later, or stands in another branch`;
  }
  return unknownIn("step", name, [...steps, ...outOfReach]);
}

/** `there is no variable "totl"; did you mean "total"?`, or null when it is known. */
export const unknownIn = (what: string, name: string, known: readonly string[]): string | null =>
  known.includes(name) ? null : `there is no ${what} "${name}"${didYouMean(name, known)}`;

const list = (words: readonly string[]) => words.join(", ");
