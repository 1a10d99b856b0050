import type { Json } from "../model/json.ts";
import type { OwnFunction } from "./own-function.ts";

/**
 * A function beside CEL's own: what it computes, and what the reference says of it. It may be called in two forms, which are
 * the same: `addDays(t, 3)` and `t.addDays(3)`.
 */
export interface DeclaredFunction {
  readonly name: string;
  /** The parameters and the result, for people: `(time, days, zone?) → time`. */
  readonly form: string;
  /** What it gives, in Markdown. */
  readonly about: string;
  /** Expressions and their values, as JSON. The tests evaluate each. */
  readonly examples: readonly (readonly [expression: string, value: Json])[];
  /** Its signatures as global functions. `number` stands for an integer literal as well as for a number of JSON. */
  readonly overloads: readonly OwnFunction[];
  /** Checks when the configuration is loaded. By the argument's index in the global form. */
  readonly literals?: Literals;
}

/** What is wrong with a literal text, by the argument that it is. */
export type Literals = Readonly<Record<number, (text: string) => string | null>>;

/** The checks of literal texts by the names of functions. Overloads of one name check different arguments. */
export function literalsOf(
  functions: readonly Pick<DeclaredFunction, "name" | "literals">[],
): ReadonlyMap<string, Literals> {
  const all = new Map<string, Literals>();
  for (const { name, literals } of functions) all.set(name, { ...all.get(name), ...literals });
  return all;
}

/** The signatures of a function for cel-js: global, and on its first argument. */
export const signaturesOf = ({ overloads }: DeclaredFunction): readonly OwnFunction[] =>
  overloads.flatMap(([signature, handler]) =>
    numbered(signature).flatMap((global): OwnFunction[] => {
      const method = methodOf(global);
      if (method === null || TAKEN.has(method)) return [[global, handler]];
      // Not the handler itself: cel-js hangs on it in what form it is called.
      return [
        [global, handler],
        [method, (...operands: never[]) => handler(...operands)],
      ];
    }),
  );

/** Methods that cel-js has. */
const TAKEN: ReadonlySet<string> = new Set(["bytes.base64(): string"]);

/** One signature for each way to read `number`. */
function numbered(signature: string): readonly string[] {
  if (!/\bnumber\b/.test(signature)) return [signature];
  return ["int", "double"].flatMap((type) => numbered(signature.replace(/\bnumber\b/, type)));
}

/** `f(a, b): c` → `a.f(b): c`; null without parameters. */
function methodOf(signature: string): string | null {
  const found = /^(\w+)\(([^,)]+)(?:, )?(.*)$/.exec(signature);
  return found && `${found[2]}.${found[1]}(${found[3]}`;
}
