import { isUtf8 } from "node:buffer";
import type { Json, JsonObject } from "../model/json.ts";
import { isMethodOverride } from "../model/method-override.ts";
import type { ContentType } from "./content-type.ts";
import { type Field, MOST_FIELDS, badForm, looseValues, strictValues } from "./fields.ts";
import { type PartHead, partHead } from "./part-head.ts";

/** A form with files that was read. */
export interface ReadMultipart {
  /** A file is `{ filename, type, size }`. */
  readonly values: JsonObject;
  /** The form without fields that ask for another method; every other byte as it came. */
  readonly bytes: Buffer;
}

/** A part, from its delimiter to the next one. */
interface Part extends Field {
  readonly from: number;
  readonly to: number;
}

/** Of RFC 2046, section 5.1.1, those that every server takes. */
const BOUNDARY = /^[0-9A-Za-z+_.=-]{1,70}$/;

/** The longest head of a part, in bytes. */
const LONGEST_HEAD = 4_096;

/**
 * Reads a form of the type multipart/form-data. What servers read in different ways is refused: anything before the first
 * or behind the last part, line ends of one byte, a malformed delimiter, a part's head with other headers than a form
 * has.
 * @param strict refuse a name that is given twice without `[]`, or read in different ways
 * @throws {GatewayError} BAD_FORM
 * @see RFC 7578
 */
export function readMultipart(
  bytes: Buffer,
  { parameters }: ContentType,
  strict: boolean,
): ReadMultipart {
  const boundary = parameters.get("boundary") ?? "";
  if (!BOUNDARY.test(boundary))
    throw badForm("its boundary is missing, is longer than 70 characters, or has unusual ones");
  const parts = partsOf(bytes, `--${boundary}`);
  const kept = parts.filter(({ name }) => !isMethodOverride(name));
  const values = strict ? strictValues(kept) : looseValues(kept);
  if (kept.length === parts.length) return { values, bytes };
  const end = bytes.subarray(parts.at(-1)?.to ?? 0);
  return {
    values,
    bytes: Buffer.concat([...kept.map(({ from, to }) => bytes.subarray(from, to)), end]),
  };
}

/** All parts, in order. Between them and around them is nothing but delimiters. */
function partsOf(bytes: Buffer, delimiter: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  if (!has(bytes, 0, delimiter)) throw badForm("it does not begin with its boundary");
  for (;;) {
    const at = from + delimiter.length;
    if (has(bytes, at, "--")) break;
    if (!has(bytes, at, LINE_END)) throw badForm("its boundary goes on behind its end");
    if (parts.length === MOST_FIELDS) throw badForm(`it has more than ${MOST_FIELDS} fields`);
    const next = bytes.indexOf(delimiter, at);
    if (next < 0) throw badForm("its last boundary is missing");
    if (!has(bytes, next - 2, LINE_END)) throw badForm("its boundary stands inside a part");
    parts.push({ ...fieldOf(bytes.subarray(at + 2, next - 2)), from, to: next });
    from = next;
  }
  const rest = bytes.subarray(from + delimiter.length + 2);
  if (rest.length > 0 && !(rest.length === 2 && has(rest, 0, LINE_END))) {
    throw badForm("it goes on behind its last boundary");
  }
  return parts;
}

const LINE_END = "\r\n";

const has = (bytes: Buffer, at: number, text: string): boolean =>
  at >= 0 && bytes.subarray(at, at + text.length).equals(Buffer.from(text));

/** @param part its head, an empty line, and its content */
function fieldOf(part: Buffer): Field {
  const end = part.subarray(0, LONGEST_HEAD).indexOf("\r\n\r\n");
  if (end < 0) throw badForm("a part's head has no end, or is too long");
  const head = partHead(part.subarray(0, end));
  return { name: head.name, value: valueOf(head, part.subarray(end + 4)) };
}

function valueOf({ name, filename, type }: PartHead, content: Buffer): Json {
  if (filename === null) {
    if (!isUtf8(content)) throw badForm(`the field "${name.slice(0, 100)}" is not UTF-8`);
    return content.toString("utf8");
  }
  // A browser sends this where no file was chosen.
  if (filename === "" && content.length > 0) throw badForm("a file in it has no name");
  return { filename, type, size: content.length };
}
