import type { ExpressionLanguage, Names } from "../../src/model/expression.ts";
import type { Json } from "../../src/model/json.ts";

/** Names of a place where `trigger` may be anything, and nothing else is known. */
export const anyTrigger: Names = {
  trigger: "dyn",
  steps: [],
  unsure: [],
  outOfReach: [],
  vars: [],
  loops: [],
  error: false,
  types: new Map(),
};

/** The value of an expression on a `trigger`. Throws what is wrong with its text, or what evaluating it throws. */
export function valueIn(language: ExpressionLanguage, text: string, trigger: Json): Json {
  const compiled = language.expression(text, anyTrigger, null);
  if (!compiled.ok) throw new Error(compiled.mistakes[0]?.message);
  return compiled.value.evaluate({ trigger });
}
