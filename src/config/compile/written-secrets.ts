import { credentialHeaders } from "../../model/headers.ts";
import { isJsonObject } from "../../model/json.ts";
import { withoutSecretPairs } from "../../model/secret-pairs.ts";
import { type IsSecret, REDACTED } from "../../model/secrets.ts";
import { templateParts } from "../../model/template-parts.ts";
import { variablesIn } from "../environment.ts";
import type { Path } from "../yaml/source.ts";

/** A secret that is written out in a workflow, and the text that is shown in its place. */
export interface WrittenSecret {
  /** From the workflow down. */
  readonly path: Path;
  readonly shown: string;
}

/** Keys whose texts may hold secret parameters: `https://api.example.com/?token=…`. */
const TEXTS: ReadonlySet<string> = new Set(["url", "body"]);

/**
 * The secrets that are written out in a workflow: under the name of a secret field, as a credential header, or in a URL or
 * a body. Values from the environment or from an expression are not written out.
 *
 *     password: hunter2                       → written out
 *     Authorization: Bearer ${TOKEN}          → not
 *     url: https://api.example.com/?token=abc → shown as "https://api.example.com/?token=[redacted]"
 */
export function writtenSecrets(workflow: unknown, isSecret: IsSecret): readonly WrittenSecret[] {
  const isCredential = credentialHeaders(isSecret);
  const found: WrittenSecret[] = [];
  const look = (value: unknown, path: Path, secret: boolean): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) look(item, [...path, index], secret);
      return;
    }
    if (!isJsonObject(value)) {
      const shown = secret ? shownAlone(value) : shownText(value, path, isSecret);
      if (shown !== null) found.push({ path, shown });
      return;
    }
    const hides = path.at(-1) === "headers" ? isCredential : isSecret;
    for (const [name, item] of Object.entries(value)) {
      // Paths of a webhook's `parse` have names of their own choice, and are not values.
      if (path.length === 1 && path[0] === "trigger" && name === "parse") continue;
      // An operator of a filter does not decide whether the value under it is a secret: { token: { $eq: … } }.
      const inherits = secret && /^[$_]/.test(name);
      look(item, [...path, name], inherits || hides(name));
    }
  };
  look(workflow, [], false);
  return found;
}

/** Values under the name of a secret. */
function shownAlone(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "bigint") return REDACTED;
  return typeof value === "string" && isWrittenOut(value) ? REDACTED : null;
}

function shownText(value: unknown, path: Path, isSecret: IsSecret): string | null {
  if (typeof value !== "string" || !TEXTS.has(String(path.at(-1)))) return null;
  const shown = pieces(value)
    .map(({ text, open }) => (open ? withoutSecretPairs(text, isSecret) : text))
    .join("");
  return shown === value ? null : shown;
}

/**
 * Whether a text holds more than references and their usual surroundings: a scheme (`Bearer `), the name of a cookie
 * (`sid=`), separators.
 */
function isWrittenOut(text: string): boolean {
  const open = pieces(text).map((piece) => (piece.open ? piece.text : "\0"));
  const left = open
    .join("")
    .replace(/^\s*[\w-]+\s+(?=\0)/, "")
    .replace(/[\w.-]+=(?=\0)/g, "")
    .replace(/[\s;,:\0"]/g, "");
  return left !== "";
}

interface Piece {
  readonly text: string;
  /** Whether the text itself stands there; else the piece is a reference to a value elsewhere. */
  readonly open: boolean;
}

/** A text, cut at its expressions and variables. The pieces together are the text. A variable with a default is open. */
function pieces(text: string): Piece[] {
  const cuts: Piece[] = [];
  let from = 0;
  for (const { kind, text: inner, offset } of templateParts(text)) {
    if (kind !== "expression") continue;
    const start = offset - "${{".length;
    cuts.push(...openPieces(text.slice(from, start)));
    from = offset + inner.length + "}}".length;
    cuts.push({ text: text.slice(start, from), open: false });
  }
  return [...cuts, ...openPieces(text.slice(from))];
}

function openPieces(text: string): Piece[] {
  const cuts: Piece[] = [];
  let from = 0;
  for (const { start, end, hasDefault } of variablesIn(text)) {
    if (hasDefault) continue;
    cuts.push({ text: text.slice(from, start), open: true });
    cuts.push({ text: text.slice(start, end), open: false });
    from = end;
  }
  return [...cuts, { text: text.slice(from), open: true }];
}
