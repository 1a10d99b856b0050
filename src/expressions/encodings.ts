import { createHash, createHmac } from "node:crypto";
import { ExpressionError } from "../model/expression.ts";
import { BODY_BOUNDS, isWithin } from "../model/json-bounds.ts";
import { type Json, jsonText, parseJson } from "../model/json.ts";
import type { Budget } from "./budget.ts";
import type { DeclaredFunction } from "./declared.ts";
import { jsonOf } from "./json.ts";
import { oneOf } from "./literals.ts";
import { readableValue } from "./readable.ts";

const ALGORITHMS = ["sha256", "sha384", "sha512", "sha1", "md5"];

const algorithmMistake = oneOf("algorithm", ALGORITHMS);

/** Texts and bytes in other forms. */
export function encodingFunctions(budget: Budget): readonly DeclaredFunction[] {
  const decoded = (text: string): unknown => {
    budget.spend(text.length);
    return readableValue(jsonDecode(text), budget);
  };

  return [
    {
      name: "base64",
      form: "(text or bytes) → text",
      about: "Base64 of a text's UTF-8, or of bytes.",
      examples: [
        ["base64('hello 👍')", "aGVsbG8g8J+RjQ=="],
        ["base64(bytes('a'))", "YQ=="],
      ],
      overloads: [
        ["base64(string): string", base64],
        ["base64(bytes): string", base64],
      ],
    },
    {
      name: "fromBase64",
      form: "(text) → text",
      about:
        "The text that Base64 holds, in either alphabet, with or without `=` at its end. What is not Base64, or not UTF-8, is an error.",
      examples: [
        ["fromBase64('aGVsbG8g8J+RjQ==')", "hello 👍"],
        ["base64('a').fromBase64()", "a"],
      ],
      overloads: [["fromBase64(string): string", fromBase64]],
    },
    {
      name: "hash",
      form: "(text or bytes, algorithm) → text",
      about: `The hash in hex digits: ${ALGORITHMS.map((name) => `\`'${name}'\``).join(", ")}.`,
      examples: [
        [
          "hash('abc', 'sha256')",
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ],
        ["'abc'.hash('md5')", "900150983cd24fb0d6963f7d28e17f72"],
      ],
      overloads: [
        ["hash(string, string): string", hash],
        ["hash(bytes, string): string", hash],
      ],
      literals: { 1: algorithmMistake },
    },
    {
      name: "hmac",
      form: "(text or bytes, key, algorithm) → text",
      about:
        "The HMAC (RFC 2104) in hex digits, for a signature: `hmac(x, secrets.SIGNING_KEY, 'sha256')`. Algorithms as of `hash`.",
      examples: [
        [
          "hmac('what do ya want for nothing?', 'Jefe', 'sha256')",
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ],
      ],
      overloads: [
        ["hmac(string, string, string): string", hmac],
        ["hmac(bytes, string, string): string", hmac],
        ["hmac(string, bytes, string): string", hmac],
        ["hmac(bytes, bytes, string): string", hmac],
      ],
      literals: { 2: algorithmMistake },
    },
    {
      name: "jsonEncode",
      form: "(value) → text",
      about: "A value as JSON text, without white space. Integers are written digit by digit.",
      examples: [
        [
          "jsonEncode({'id': 50755254975729665, 'tags': ['a']})",
          '{"id":50755254975729665,"tags":["a"]}',
        ],
      ],
      overloads: [["jsonEncode(dyn): string", (value: unknown) => jsonText(jsonOf(value, budget))]],
    },
    {
      name: "jsonDecode",
      form: "(text) → value",
      about:
        "The value that a JSON text says. No integer is rounded. What is not JSON, nests deeper than 100 or has more than 50,000 values is an error.",
      examples: [
        ["jsonDecode('{\"id\":50755254975729665}').id", 50755254975729665n],
        ["jsonDecode('[1, 2.5]')[1] * 2", 5],
      ],
      overloads: [["jsonDecode(string): dyn", decoded]],
    },
    {
      name: "urlEncode",
      form: "(text) → text",
      about:
        "A text as one part of a URL, percent-encoded: all except letters, digits and `- . _ ~`. The `url` of a `request` step needs it not: what an expression gives is encoded there.",
      examples: [["urlEncode('a b/c&d=é')", "a%20b%2Fc%26d%3D%C3%A9"]],
      overloads: [["urlEncode(string): string", urlEncode]],
    },
  ];
}

const base64 = (value: string | Uint8Array): string =>
  Buffer.from(value as string).toString("base64");

/** Bytes as text; errs at what is not UTF-8. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function fromBase64(text: string): string {
  const digits = text.replace(/={0,2}$/, "");
  if (/^[\w+/-]*$/.test(digits) && digits.length % 4 !== 1) {
    try {
      return utf8.decode(Buffer.from(digits, "base64"));
    } catch {
      throw new ExpressionError("fromBase64() is given bytes that are not UTF-8 text");
    }
  }
  throw new ExpressionError("fromBase64() is given a text that is not Base64");
}

const hash = (value: string | Uint8Array, algorithm: string): string =>
  createHash(algorithmOf(algorithm)).update(value).digest("hex");

const hmac = (value: string | Uint8Array, key: string | Uint8Array, algorithm: string): string =>
  createHmac(algorithmOf(algorithm), key).update(value).digest("hex");

function algorithmOf(name: string): string {
  if (ALGORITHMS.includes(name)) return name;
  throw new ExpressionError(`the algorithm is not known; it is one of ${ALGORITHMS.join(", ")}`);
}

function jsonDecode(text: string): Json {
  if (!isWithin(text, BODY_BOUNDS)) {
    throw new ExpressionError(
      "jsonDecode() is given JSON that nests too deep, or has too many values",
    );
  }
  try {
    return parseJson(text);
  } catch {
    throw new ExpressionError("jsonDecode() is given a text that is not JSON");
  }
}

function urlEncode(text: string): string {
  try {
    return encodeURIComponent(text).replace(
      /[!'()*]/g,
      (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  } catch {
    throw new ExpressionError(
      "urlEncode() is given half of a surrogate pair, which is not a character",
    );
  }
}
