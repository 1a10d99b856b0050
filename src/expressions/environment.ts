import { Environment } from "@marcbachmann/cel-js";
import type { Shape } from "../model/expression.ts";
import type { Budget } from "./budget.ts";
import { assertInt64, mixedArithmetic, sameNumber } from "./integers.ts";
import { meter } from "./metering.ts";
import { type OwnFunction, isOwnName } from "./own-function.ts";
import { LEAF_NAMES } from "./typed-leaves.ts";

const LIMITS = { maxAstNodes: 5_000, maxDepth: 100, maxListElements: 1_000, maxMapEntries: 1_000 };

/** Types that, unlike dyn, cel-js refuses to compare with null. */
const NULL_FREE = [
  "string",
  "int",
  "uint",
  "double",
  "bool",
  "bytes",
  "type",
  "list",
  "map",
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
];

/**
 * CEL as gateways speak it, with what JSON needs: doubles and integer literals mix, anything may be compared with null, and
 * regular expressions run on RE2. The cost of evaluations is taken from the budget.
 * @param functions those beside cel-js's own
 */
export function celEnvironment(functions: readonly OwnFunction[], budget: Budget): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: LIMITS,
  });
  for (const type of NULL_FREE) environment.registerOperator(`${type} == null`, () => false);
  environment.registerOperator("int == double", sameNumber);
  for (const [sign, mixed] of mixedArithmetic) {
    environment.registerOperator(`double ${sign} int: double`, mixed);
    environment.registerOperator(`int ${sign} double: double`, mixed);
    // cel-js has its own for two doubles, which gives Infinity and NaN. For dynamic values the exact match goes before it.
    const both = sign === "%" ? "double % double" : `dyn<double> ${sign} dyn<double>`;
    environment.registerOperator(`${both}: double`, mixed);
  }
  for (const [signature, handler] of functions) {
    environment.registerFunction(signature, handler, { async: false });
  }
  meter(environment, budget, assertInt64);
  return environment;
}

/** The names of all functions and methods that an expression may call. */
export function functionNames(environment: Environment): readonly string[] {
  const names = new Set(environment.getDefinitions().functions.map(({ name }) => name));
  return [...names].filter((name) => !isOwnName(name));
}

/**
 * The same, where `trigger` has a known shape, so that checking finds wrong types in it. It has the names that stand for
 * values of known types.
 */
export function withTrigger(environment: Environment, trigger: Shape): Environment {
  const child = environment.clone();
  for (const [type, name] of LEAF_NAMES) child.registerVariable(name, type);
  return child.registerVariable("trigger", registeredType(child, "trigger", trigger));
}

/** Registers the type of an object shape, and of those inside it: `trigger`, `trigger.request`. */
function registeredType(environment: Environment, name: string, shape: Shape): string {
  if (typeof shape === "string") return shape;
  const fields: Record<string, string> = {};
  for (const [field, inner] of Object.entries(shape)) {
    fields[field] = registeredType(environment, `${name}.${field}`, inner);
  }
  environment.registerType(name, { fields });
  environment.registerOperator(`${name} == null`, () => false);
  return name;
}
