import type { z } from "zod";
import type { Expression, Scope, Template } from "../model/expression.ts";
import type { Json } from "../model/json.ts";
import { type Branch, type ConfiguredUrl, type Step, StepError } from "../model/step.ts";
import { below, heldIn } from "./schema-walk.ts";
import type { Path } from "./source.ts";
import { Templated } from "./values.ts";

/** What a place in a step's configuration becomes when its step runs. */
interface Maker {
  /** Whether it is the same each time. */
  readonly constant: boolean;
  /** Whether it is JSON. */
  readonly plain: boolean;
  make(scope: Scope): unknown;
}

/** Compiles the places of a step's configuration. Each tells of its own mistakes. */
export interface PlaceCompiler {
  /** A bare expression; `turn`: with the names that the step binds. */
  expression(path: Path, turn: boolean): Expression | null;
  steps(path: Path): Branch;
  literal(path: Path): unknown;
  template(text: Templated, path: Path): Template | null;
}

/** See the fields of the same name of `Step`. */
export type CompiledConfig = Pick<Step, "configure" | "plain">;

/**
 * Compiles a step's configuration: gives the function that makes it for one turn, checked by the type's schema.
 * @param value as `Values.templated` gives it, without the keys common to all steps
 */
export function compileConfig(
  schema: z.ZodType,
  value: unknown,
  path: Path,
  compiler: PlaceCompiler,
): CompiledConfig {
  const maker = makerOf(schema, value, path, compiler);
  const { constant, plain } = maker;
  if (!constant) return { plain, configure: (scope) => checked(schema, maker.make(scope)) };
  let made: { value: unknown } | null = null;
  return { plain, configure: () => (made ??= { value: checked(schema, maker.make({})) }).value };
}

function checked(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join(".") ?? "";
  const message = `${where === "" ? "the configuration" : where} is not right: ${issue?.message ?? ""}`;
  throw new StepError("BAD_STEP_CONFIG", message, { retryable: false });
}

function makerOf(
  schema: z.core.$ZodType | null,
  value: unknown,
  path: Path,
  compiler: PlaceCompiler,
): Maker {
  switch (schema === null ? null : heldIn(schema)) {
    case "expression":
      return held(compiler.expression(path, false));
    case "turn expression":
      return held(compiler.expression(path, true));
    case "steps":
      return held(compiler.steps(path));
    case "literal":
      return always(compiler.literal(path));
    case "url":
      return urlMaker(value, path, compiler);
    case null:
      return plainMaker(schema, value, path, compiler);
  }
}

function plainMaker(
  schema: z.core.$ZodType | null,
  value: unknown,
  path: Path,
  compiler: PlaceCompiler,
): Maker {
  if (value instanceof Templated) {
    const template = compiler.template(value, path);
    return template === null
      ? always(null)
      : { constant: template.constant, plain: true, make: (scope) => template.evaluate(scope) };
  }
  if (typeof value !== "object" || value === null) return always(value);
  const list = Array.isArray(value);
  const makers = Object.entries(value).map(([name, item]): [string, Maker] => {
    const key = list ? Number(name) : name;
    return [name, makerOf(schema && below(schema, key, value), item, [...path, key], compiler)];
  });
  const constant = makers.every(([, maker]) => maker.constant);
  const plain = makers.every(([, maker]) => maker.plain);
  if (list)
    return { constant, plain, make: (scope) => makers.map(([, maker]) => maker.make(scope)) };
  return {
    constant,
    plain,
    make: (scope) => Object.fromEntries(makers.map(([name, maker]) => [name, maker.make(scope)])),
  };
}

function urlMaker(value: unknown, path: Path, compiler: PlaceCompiler): Maker {
  if (!(value instanceof Templated)) return always({ url: value, literalOrigin: true });
  const template = compiler.template(value, path);
  if (template === null) return always(null);
  const literalOrigin =
    template.constant || /^https?:\/\/[^/?#\s]+[/?#]/i.test(template.literalPrefix);
  return {
    constant: template.constant,
    plain: true,
    make: (scope): ConfiguredUrl => ({ url: textOf(template.evaluate(scope)), literalOrigin }),
  };
}

const textOf = (value: Json) => (typeof value === "string" ? value : JSON.stringify(value));

const always = (value: unknown): Maker => ({ constant: true, plain: true, make: () => value });

const held = (value: unknown): Maker => ({ constant: true, plain: false, make: () => value });
