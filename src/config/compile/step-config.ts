import type { z } from "zod";
import type { ExpectedType, Expression, Scope, Template } from "../../model/expression.ts";
import type { Schema } from "../../model/json-schema.ts";
import type { Branch, Step } from "../../model/step.ts";
import { StepError } from "../../model/step-error.ts";
import type { ConfiguredUrl } from "../../model/outbound.ts";
import type { Json } from "../../model/json.ts";
import type { Program } from "../../model/program.ts";
import { urlTemplate } from "../../model/url-template.ts";
import {
  ANY,
  type Typed,
  type ValueType,
  listOf,
  objectOf,
  typeOfLiteral,
  unionOf,
} from "../../model/value-type.ts";
import { freeze } from "../freeze.ts";
import { OPEN } from "../schema/check.ts";
import { below, kindOf } from "../schema/walk.ts";
import type { Path } from "../yaml/source.ts";
import { Templated } from "./values.ts";
import { wording } from "../schema/wording.ts";

/** Compiles the places of a step's configuration. Each reports its own mistakes, and then gives null. */
export interface PlaceCompiler {
  /** A bare expression. `turn`: with the names that the step binds. */
  expression(
    raw: unknown,
    path: Path,
    expected: ExpectedType,
    turn: boolean,
  ): Typed<Expression> | null;
  /** Steps, and the type of the last one's result. */
  steps(raw: unknown, path: Path): Typed<Branch>;
  /** A JSON Schema. */
  schema(raw: unknown, path: Path): Schema | null;
  /** A program of another language. */
  program(raw: string, path: Path): Program | null;
  /** A text with the environment put in; a `Templated` when it holds expressions. */
  text(raw: string, path: Path): unknown;
  template(text: Templated, path: Path): Typed<Template> | null;
  /** The same, at a place that stays a template. */
  heldTemplate(text: Templated, path: Path): Typed<Template> | null;
}

/** A step's configuration, compiled. */
export interface CompiledConfig extends Pick<Step, "configure" | "plain"> {
  /** The configuration as far as it is known before the step runs; `OPEN` at values that are not. */
  readonly sample: unknown;
  /** What is known of its values. */
  readonly type: ValueType;
}

/** The maker of the value of a place in a step's configuration, each time the step runs. */
interface Maker {
  readonly sample: unknown;
  readonly type: ValueType;
  /** Whether it is the same each time. */
  readonly constant: boolean;
  /** Whether it is JSON. */
  readonly plain: boolean;
  readonly make: (scope: Scope) => unknown;
}

/**
 * Compiles a step's configuration, by walking it and its type's schema together. `configure` evaluates the
 * expressions and checks the whole by the schema again; a constant configuration is made and checked once.
 *
 * @param raw as written, without the keys that all steps have
 */
export function compileConfig(
  schema: z.ZodType,
  raw: unknown,
  path: Path,
  compiler: PlaceCompiler,
): CompiledConfig {
  const { sample, type, constant, plain, make } = makerOf(schema, raw, path, compiler);
  if (!constant) return { sample, type, plain, configure: (scope) => checked(schema, make(scope)) };
  let made: { readonly value: unknown } | null = null;
  const once = () => ({ value: freeze(checked(schema, make({}))) });
  return { sample, type, plain, configure: () => (made ??= once()).value };
}

/** @throws {StepError} `BAD_STEP_CONFIG`, naming the field */
function checked(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value, { error: wording });
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`,
  );
  throw new StepError("BAD_STEP_CONFIG", mistakes.join("; "), { retryable: false });
}

type FieldSchema = z.core.$ZodType;

function makerOf(
  schema: FieldSchema | null,
  raw: unknown,
  path: Path,
  compiler: PlaceCompiler,
): Maker {
  switch (schema && kindOf(schema)) {
    case "test":
      return compiled(compiler.expression(raw, path, "bool", false));
    case "turn test":
      return compiled(compiler.expression(raw, path, "bool", true));
    case "range":
      return compiled(compiler.expression(raw, path, "range", false));
    case "steps":
      return compiled(compiler.steps(raw, path));
    case "schema":
      return compiled(untyped(compiler.schema(raw, path) ?? OPEN));
    case "program":
      return typeof raw === "string"
        ? compiled(untyped(compiler.program(raw, path) ?? OPEN))
        : always(raw);
    case "literal":
      return always(raw);
    case "url":
      return urlMaker(raw, path, compiler);
    case "template":
      return templateMaker(raw, path, compiler);
    case null:
      return plainMaker(schema, raw, path, compiler);
  }
}

function plainMaker(
  schema: FieldSchema | null,
  raw: unknown,
  path: Path,
  compiler: PlaceCompiler,
): Maker {
  if (typeof raw === "string") return textMaker(raw, path, compiler);
  if (typeof raw !== "object" || raw === null) return always(raw);
  const list = Array.isArray(raw);
  const parts = Object.entries(raw).map(([name, item]: [string, unknown]): [string, Maker] => {
    const key = list ? Number(name) : name;
    return [name, makerOf(schema && below(schema, key, raw), item, [...path, key], compiler)];
  });
  const together = (of: (maker: Maker) => unknown): unknown =>
    list
      ? parts.map(([, maker]) => of(maker))
      : Object.fromEntries(parts.map(([name, maker]) => [name, of(maker)]));
  return {
    sample: together(({ sample }) => sample),
    type: list
      ? listOf(unionOf(parts.map(([, { type }]) => type)))
      : objectOf(Object.fromEntries(parts.map(([name, { type }]) => [name, type]))),
    constant: parts.every(([, maker]) => maker.constant),
    plain: parts.every(([, maker]) => maker.plain),
    make: (scope) => together((maker) => maker.make(scope)),
  };
}

function textMaker(raw: string, path: Path, compiler: PlaceCompiler): Maker {
  const text = compiler.text(raw, path);
  if (!(text instanceof Templated)) return always(text);
  const template = compiler.template(text, path);
  const make = (scope: Scope) => template?.value.evaluate(scope) ?? null;
  return { sample: OPEN, type: template?.type ?? ANY, constant: false, plain: true, make };
}

function templateMaker(raw: unknown, path: Path, compiler: PlaceCompiler): Maker {
  if (typeof raw !== "string") return always(raw);
  const text = compiler.text(raw, path);
  if (text instanceof Templated) return compiled(compiler.heldTemplate(text, path));
  return compiled(untyped(typeof text === "string" ? constantTemplate(text) : text));
}

const constantTemplate = (text: string): Template => ({
  constant: true,
  pieces: [text],
  evaluate: () => text,
});

function urlMaker(raw: unknown, path: Path, compiler: PlaceCompiler): Maker {
  if (typeof raw !== "string") return always(raw);
  const text = compiler.text(raw, path);
  if (!(text instanceof Templated)) {
    return { ...always(text), make: () => ({ url: text, literalOrigin: true }) };
  }
  const template = compiler.template(text, path);
  if (template === null) return always(OPEN);
  const { origin, evaluate } = urlTemplate(template.value.pieces);
  const literalOrigin = origin !== null;
  const make = (scope: Scope): ConfiguredUrl => ({ url: evaluate(scope), literalOrigin });
  // An origin that is known is a URL that can be judged.
  return { sample: origin ?? OPEN, type: ANY, constant: false, plain: true, make };
}

const always = (value: unknown): Maker => ({
  sample: value,
  type: value === OPEN ? ANY : typeOfLiteral(value as Json),
  constant: true,
  plain: true,
  make: () => value,
});

/** Of what could not be compiled, nothing is known. */
const compiled = (typed: Typed<unknown> | null): Maker => ({
  ...always(typed === null ? OPEN : typed.value),
  type: typed?.type ?? ANY,
  plain: false,
});

const untyped = (value: unknown): Typed<unknown> => ({ value, type: ANY });
