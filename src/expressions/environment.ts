import { Environment } from "@marcbachmann/cel-js";
import type { Shape } from "../model/expression.ts";
import { type Patterns, MATCHES } from "./patterns.ts";

const LIMITS = { maxAstNodes: 5_000, maxDepth: 100, maxListElements: 1_000, maxMapEntries: 1_000 };

/** Types that, unlike dyn, cel-js refuses to compare with null. */
const NULL_FREE = [
  "string",
  "int",
  "uint",
  "double",
  "bool",
  "bytes",
  "list",
  "map",
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
];

/**
 * CEL as gateways speak it, with what JSON needs: doubles and integer literals mix, anything may be compared with null, and
 * regular expressions run on RE2. `now()` is the time that `now` gives.
 */
export function celEnvironment(now: () => Date, patterns: Patterns): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: LIMITS,
  });
  for (const type of NULL_FREE) environment.registerOperator(`${type} == null`, () => false);
  environment.registerOperator("int == double", (a: bigint, b: number) => Number(a) === b);
  for (const [sign, compute] of Object.entries(ARITHMETIC)) {
    environment.registerOperator(`double ${sign} int`, (a: number, b: bigint) =>
      compute(a, Number(b)),
    );
    environment.registerOperator(`int ${sign} double`, (a: bigint, b: number) =>
      compute(Number(a), b),
    );
  }
  environment.registerOperator("double % double", ARITHMETIC["%"]);
  environment.registerFunction("now(): google.protobuf.Timestamp", now);
  environment.registerFunction("string(google.protobuf.Timestamp): string", (time: Date) =>
    time.toISOString(),
  );
  environment.registerFunction(
    "string.replace(string, string): string",
    (text: string, from: string, to: string) => text.replaceAll(from, to),
  );
  environment.registerFunction("matches(string, string): bool", patterns.test);
  environment.registerFunction(`string.${MATCHES}(string): bool`, patterns.test);
  return environment;
}

/** The same, where `trigger` has a known shape, so that checking finds wrong types in it. */
export function withTrigger(environment: Environment, trigger: Shape): Environment {
  const child = environment.clone();
  if (typeof trigger === "string") return child.registerVariable("trigger", trigger);
  return child.registerVariable({ name: "trigger", schema: mutable(trigger) });
}

type Schema = { [field: string]: string | Schema };

const mutable = (shape: Exclude<Shape, string>): Schema =>
  Object.fromEntries(
    Object.entries(shape).map(([field, inner]) => [
      field,
      typeof inner === "string" ? inner : mutable(inner),
    ]),
  );

const ARITHMETIC = {
  "+": (a: number, b: number) => finite(a + b),
  "-": (a: number, b: number) => finite(a - b),
  "*": (a: number, b: number) => finite(a * b),
  "/": (a: number, b: number) => finite(a / b),
  "%": (a: number, b: number) => finite(a % b),
};

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError("the result is not a finite number");
}
