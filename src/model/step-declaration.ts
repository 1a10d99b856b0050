import { z } from "zod";
import { didYouMean } from "./nearest.ts";
import type { BoundName, StepDefinition } from "./step-type.ts";

/** Holds a declaration that the compiler may not have seen to the keys of `StepDefinition`. @throws {TypeError} that names the first wrong key */
export function mustBeDeclared(definition: object): void {
  const given = definition as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(FORMS, key)) {
      throw new TypeError(`defineStep: unknown key "${key}"${didYouMean(key, Object.keys(FORMS))}`);
    }
  }
  for (const [key, { fits, words, optional = true }] of Object.entries(FORMS)) {
    if (given[key] === undefined ? optional : fits(given[key])) continue;
    throw new TypeError(`defineStep: ${key} should be ${words}`);
  }
}

/** The form of a key of a declaration. */
interface Form {
  readonly fits: (value: unknown) => boolean;
  readonly words: string;
  readonly optional?: false;
}

const isText = (value: unknown): value is string => typeof value === "string";
const text: Form = { fits: isText, words: "a text", optional: false };
const call: Form = { fits: (value) => typeof value === "function", words: "a function" };
const texts = (value: unknown) => Array.isArray(value) && value.every(isText);
const bound = (value: unknown) =>
  typeof value === "object" && isText((value as BoundName | null)?.key);
const mapping = (value: unknown) =>
  value instanceof z.ZodType && ["object", "pipe", "union"].includes(value.def.type);

const FORMS: Readonly<Record<keyof StepDefinition<z.ZodType>, Form>> = {
  type: {
    fits: (value) => isText(value) && /^[a-z][a-z0-9-]*$/.test(value),
    words: "a name of small letters, digits and -",
    optional: false,
  },
  title: text,
  about: text,
  result: text,
  acts: { fits: (value) => typeof value === "boolean", words: "true or false" },
  looks: call,
  triggers: { fits: texts, words: "a list of trigger types" },
  binds: { fits: bound, words: "{ key, otherwise }" },
  declares: { fits: isText, words: "a text" },
  sets: { fits: isText, words: "a text" },
  waits: call,
  syncOnly: call,
  runs: call,
  gives: call,
  defaultsIn: call,
  timeout: { fits: (value) => typeof value === "number", words: "a number of milliseconds" },
  language: call,
  ends: call,
  neverTaken: call,
  ways: call,
  forResult: call,
  steers: call,
  config: { fits: mapping, words: "a schema of a mapping: z.strictObject({ … })", optional: false },
  run: { ...call, optional: false },
};
