import { setImmediate as nextTurn } from "node:timers/promises";
import type { JsonObject } from "../model/json.ts";
import { isMethodOverride } from "../model/method-override.ts";
import {
  type Field,
  LONGEST_NAME,
  MOST_FIELDS,
  badForm,
  longName,
  looseValues,
  strictValues,
} from "./fields.ts";

/** A form that was read. */
export interface ReadForm {
  readonly values: JsonObject;
  /** Its text without fields that ask for another method; every other byte as it came. */
  readonly text: string;
}

/** A field, and the part of the text that it stands in. */
interface Part extends Field {
  readonly part: string;
}

/**
 * Reads a form of the type application/x-www-form-urlencoded.
 * @param strict refuse what servers read in different ways
 * @throws {GatewayError} BAD_FORM
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export async function readForm(text: string, strict: boolean): Promise<ReadForm> {
  if (strict && text.includes(";"))
    throw badForm("it holds a semicolon, which some servers take for &");
  const written = text.split("&", MOST_FIELDS * 2);
  if (written.length === MOST_FIELDS * 2) throw badForm(`it has more than ${MOST_FIELDS} fields`);
  const parts: Part[] = [];
  for (const part of written) parts.push(await partOf(part, strict));
  const fields = parts.filter(({ name, part }) => part !== "" && !isMethodOverride(name));
  const named = fields.filter(({ name }) => strict || name !== "");
  const values = strict ? strictValues(named) : looseValues(named);
  const kept = parts.filter(({ name }) => !isMethodOverride(name)).map(({ part }) => part);
  return { values, text: kept.length === parts.length ? text : kept.join("&") };
}

/** How many characters of a form stand for one of a name, at most: `%F0%9F%91%8D`. */
const ENCODED = 12;

/** Bytes between two moments in which others are served. */
const STRIDE = 500_000;

async function partOf(part: string, strict: boolean): Promise<Part> {
  const sign = part.indexOf("=");
  if ((sign < 0 ? part.length : sign) > ENCODED * LONGEST_NAME) throw longName();
  const name = await decoded(sign < 0 ? part : part.slice(0, sign), strict);
  const value = sign < 0 ? "" : part.slice(sign + 1);
  // qs takes the first `]=`, however it is written, for the end of the name.
  if (strict && /(?:\]|%5D)=/i.test(value)) throw badForm("a value in it holds ]= unencoded");
  return { name, value: await decoded(value, strict), part };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const [PERCENT, PLUS, BLANK] = [0x25, 0x2b, 0x20];

/** Percent-decoded, `+` a blank. Byte by byte: `replace` and `decodeURIComponent` take seconds for a text of `+++…`. */
async function decoded(text: string, strict: boolean): Promise<string> {
  if (!text.includes("%") && !text.includes("+")) return text;
  const bytes = Buffer.from(text);
  let length = 0;
  let next = STRIDE;
  for (let at = 0; at < bytes.length; at++) {
    if (at >= next) {
      await nextTurn();
      next = at + STRIDE;
    }
    let byte = bytes[at] as number;
    if (byte === PLUS) byte = BLANK;
    if (byte === PERCENT) {
      const pair = hex(bytes[at + 1]) * 16 + hex(bytes[at + 2]);
      if (Number.isNaN(pair) && strict) throw badForm("a % in it is not followed by two digits");
      if (!Number.isNaN(pair)) {
        byte = pair;
        at += 2;
      }
    }
    bytes[length++] = byte;
  }
  const content = bytes.subarray(0, length);
  if (!strict) return content.toString("utf8");
  try {
    return utf8.decode(content);
  } catch (error) {
    throw badForm("it is not UTF-8", { cause: error });
  }
}

/** The value of a hexadecimal digit; NaN for any other byte. */
function hex(byte: number | undefined): number {
  if (byte === undefined) return NaN;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : NaN;
}
