import type { ASTNode } from "@marcbachmann/cel-js";
import type { Doubt, Mistake } from "../model/expression.ts";
import { didYouMean } from "../model/nearest.ts";
import { type ObjectType, type ValueType, isScalar } from "../model/value-type.ts";
import { isAccess } from "./path.ts";
import {
  type KnownTypes,
  type TypedField,
  below,
  isOptional,
  placeOf,
  typeOf,
  typedField,
} from "./types.ts";

/** What the types of values give about an expression. */
export interface TypeReport {
  readonly mistakes: readonly Mistake[];
  readonly doubts: readonly Doubt[];
  /** The fields that are asked for: `trigger.data.subtitle`. */
  readonly asked: readonly string[];
}

/**
 * Holds an expression against the types of values: fields that are not described, comparisons of values that are never alike,
 * optional fields that are read without being asked for. Offsets are those of the wrong word.
 */
export function readTypes(ast: ASTNode, known: KnownTypes): TypeReport {
  const mistakes: Mistake[] = [];
  const doubts: Doubt[] = [];
  const asked: string[] = [];
  if (known.size === 0) return { mistakes, doubts, asked };
  const doubt = (offset: number, message: string, unasked: string | null = null) =>
    void doubts.push({ offset, message, unasked });

  const visit = (node: ASTNode, types: KnownTypes, inHas: boolean): void => {
    if (isAccess(node)) access(node, types, inHas || node.op === ".?" || node.op === "[?]");
    if (COMPARISONS.has(node.op)) comparison(node, types);
    if (node.op === "in") membership(node, types);
    if (node.op === "call" || node.op === "rcall") call(node, types);
    const isHas = node.op === "call" && node.args[0] === "has";
    for (const [child, inner] of below(node, types)) visit(child, inner, isHas);
  };

  const access = (node: ASTNode, types: KnownTypes, asks: boolean): void => {
    const field = typedField(node, types);
    if (field === null) return;
    const { name, offset, owner, object } = field;
    const place = placeOf(node);
    if (asks && place !== null) asked.push(place);
    const described = owner.fields.get(name);
    if (described === undefined) return unknown(field, asks);
    if (described.required || asks) return;
    const how = waysToAsk(textOf(object), name);
    doubt(
      offset,
      `${called(owner, object)}.${name} is optional: an absent one errs; ask ${how}`,
      place ?? "",
    );
  };

  const unknown = ({ name, offset, owner, object }: TypedField, asks: boolean): void => {
    if (owner.others === "any") return;
    const names = [...owner.fields.keys()];
    const hint = didYouMean(name, names);
    const message = `${called(owner, object)} has no field "${name}"${hint || `; it has ${listed(names)}`}`;
    if (!asks && owner.others === "none") mistakes.push({ offset, message });
    // To ask for a field that is not described is how one refuses it.
    else if (!asks || hint !== "") doubt(offset, message);
  };

  const comparison = (node: ASTNode, types: KnownTypes): void => {
    const [left, right] = node.args as [ASTNode, ASTNode];
    const [a, b] = [kindOf(left, types), kindOf(right, types)];
    if (a !== null && b !== null && a !== b) {
      unlike([left, a], [right, b], types);
    } else if (node.op === "==" || node.op === "!=") {
      possible(left, [right], types);
      possible(right, [left], types);
    }
  };

  const unlike = (left: Side, right: Side, types: KnownTypes): void => {
    const [a, b] = [left, right].map(([node, kind]) => `${worded(node, types)} is ${FORMS[kind]}`);
    mistakes.push({ offset: left[0].start, message: `${a}, and ${b}: they can't be compared` });
  };

  const membership = (node: ASTNode, types: KnownTypes): void => {
    const [item, whole] = node.args as [ASTNode, ASTNode];
    if (whole.op === "list") return oneOf(item, whole.args, types);
    const owner = typeOf(whole, types);
    const place = placeOf(whole);
    const name = literalText(item);
    if (owner?.kind !== "object" || name === null) return;
    if (place !== null) asked.push(`${place}.${name}`);
    if (!owner.fields.has(name)) unknown({ name, offset: item.start, owner, object: whole }, true);
  };

  const call = (node: ASTNode & { op: "call" | "rcall" }, types: KnownTypes): void => {
    const [name, list, field] =
      node.op === "call"
        ? [node.args[0], ...node.args[1]]
        : [node.args[0], node.args[1], ...node.args[2]];
    const over = list === undefined ? null : typeOf(list, types);
    if (list === undefined || over?.kind !== "list") return;
    if (BY_FIELD.has(name) && field !== undefined) byField(field, over.items());
    if (!OF_NUMBERS.has(name)) return;
    const { kind } = over.items();
    if (kind === "any" || kind === "number") return;
    const item = `an item of ${textOf(list)} is ${FORMS[kind]}`;
    mistakes.push({ offset: list.start, message: `${name} takes numbers, and ${item}` });
  };

  /** A field that is named by a literal text. Items may lack it. */
  const byField = (field: ASTNode, item: ValueType): void => {
    let owner = item;
    for (const name of (literalText(field) ?? "").replace(/^-/, "").split(".")) {
      if (owner.kind !== "object" || name === "") return;
      const described = owner.fields.get(name);
      if (described === undefined) {
        return unknown({ name, offset: field.start, owner, object: field }, false);
      }
      owner = described.type();
    }
  };

  const oneOf = (item: ASTNode, list: readonly ASTNode[], types: KnownTypes): void => {
    const kind = kindOf(item, types);
    const kinds = list.map((one) => kindOf(one, types));
    const [first] = list;
    const other = kinds[0] ?? null;
    const isNever = kind !== null && kinds.every((one) => one !== null && one !== kind);
    if (!isNever || first === undefined || other === null) return possible(item, list, types);
    unlike([item, kind], [first, other], types);
  };

  /** Literal texts that a value never is. */
  const possible = (node: ASTNode, others: readonly ASTNode[], types: KnownTypes): void => {
    const type = typeOf(node, types);
    if (type === null || !isScalar(type) || type.values === null) return;
    const words = type.values.map(String);
    for (const other of others) {
      const text = literalText(other);
      if (text === null || words.includes(text)) continue;
      const hint = didYouMean(text, words) || `; it is one of ${listed(words)}`;
      doubt(other.start, `${worded(node, types)} is never "${text}"${hint}`);
    }
  };

  visit(ast, known, false);
  return { mistakes, doubts, asked };
}

/** A value that is compared, and its kind. */
type Side = readonly [node: ASTNode, kind: Kind];

/** The kinds of values that are told apart. */
type Kind = "text" | "number" | "boolean" | "list" | "object";

const FORMS: Readonly<Record<Kind, string>> = {
  text: "a text",
  number: "a number",
  boolean: "true or false",
  list: "a list",
  object: "an object",
};

/** The kind of a node's value; null where it is not known, or an optional one, which is no value yet. */
function kindOf(node: ASTNode, types: KnownTypes): Kind | null {
  if (isOptional(node)) return null;
  const type = typeOf(node, types);
  return type === null || type.kind === "any" ? null : type.kind;
}

/** Functions of a list of objects that are given the name of a field. */
const BY_FIELD: ReadonlySet<string> = new Set(["sortBy", "groupBy"]);

const OF_NUMBERS: ReadonlySet<string> = new Set(["sum", "avg"]);

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);

const literalText = (node: ASTNode): string | null =>
  node.op === "value" && typeof node.args === "string" ? node.args : null;

/** A side of a comparison in words: `posts.price`, `"abc"`. */
function worded(node: ASTNode, types: KnownTypes): string {
  const field = typedField(node, types);
  return field === null ? textOf(node) : `${called(field.owner, field.object)}.${field.name}`;
}

/** How a field is asked for: `has(trigger.data.subtitle), or trigger.data.?subtitle`. */
const waysToAsk = (object: string, name: string): string =>
  /^[a-z_]\w*$/i.test(name)
    ? `has(${object}.${name}), or ${object}.?${name}`
    : `"${name}" in ${object}`;

/** What an object is called: by its schema, or as the expression writes it. */
const called = ({ name }: ObjectType, object: ASTNode): string => name ?? textOf(object);

const textOf = ({ input, start, end }: ASTNode): string => input.slice(start, end);

const MOST_WORDS = 12;

const listed = (words: readonly string[]): string =>
  words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS).join(", ")}, …` : words.join(", ");
