import { type Expression, ExpressionError, type Scope } from "./expression.ts";
import { type Json, jsonText } from "./json.ts";

/** The text of a URL that may hold expressions. */
export interface UrlTemplate {
  /** The origin that stands there as written: `https://api.example.com`; null where an expression may change it. */
  readonly origin: string | null;
  /** @throws {ExpressionError} when a value can't stand where it is put */
  evaluate(scope: Scope): string;
}

/** The part of a URL that a value is put into: the address as a whole, user and password, the host, a segment of the path, the query. */
type Place = "address" | "user" | "host" | "path" | "query";

/** Stands for an expression while it is found out what is around it. No URL holds it. */
const VALUE = "\0";

/** An origin that stands there whole, so that nothing behind it can change where it leads. */
const ORIGIN = /^https?:\/\/(?:[^/?#\\\s]*@)?[^/?#\\\s@\0]+[/?#]/i;

/**
 * Puts a URL together. The value of an expression is encoded for where it stands: in the path as one segment, in the query as a
 * value, so that it never says more than it was asked for. An address at the very beginning, and what `raw(…)` gives, are put
 * in as they are.
 *
 *     "https://api.example.com/posts/" id "?role=" role, with "../1?" and "x&admin=1"
 *       → "https://api.example.com/posts/..%2F1%3F?role=x%26admin%3D1"
 */
export function urlTemplate(pieces: readonly (string | Expression)[]): UrlTemplate {
  const texts = pieces.map((piece) => (typeof piece === "string" ? piece : VALUE));
  const placed = pieces.map((piece, at) => {
    if (typeof piece === "string") return piece;
    return { piece, place: placeOf(texts.slice(0, at).join(""), texts.slice(at + 1).join("")) };
  });
  const steered = placed.some(
    (part) => typeof part !== "string" && (STEERS.has(part.place) || inUserRaw(part)),
  );
  return {
    origin: steered ? null : originIn(texts.join("")),
    evaluate(scope) {
      let url = "";
      const segments: number[] = [];
      for (const part of placed) {
        if (typeof part === "string") url += part;
        else {
          const { piece, place } = part;
          if (place === "path" && piece.raw !== true) segments.push(url.length);
          url += encoded(piece, place, textOf(piece.evaluate(scope)));
        }
      }
      for (const at of segments) assertSegment(url, at);
      return url;
    },
  };
}

const STEERS: ReadonlySet<Place> = new Set<Place>(["address", "host"]);

const inUserRaw = ({ piece, place }: { piece: Expression; place: Place }) =>
  place === "user" && piece.raw === true;

/** @param before the URL up to the expression @param after what follows it */
function placeOf(before: string, after: string): Place {
  if (before === "") return "address";
  const computed = before.startsWith(VALUE);
  const origin = ORIGIN.exec(before)?.[0];
  if (!computed && origin === undefined) return /^[^/?#\\]*@/.test(after) ? "user" : "host";
  // The last character of the origin begins what follows it.
  const rest = computed ? before : before.slice((origin ?? "").length - 1);
  return /[?#]/.test(rest) ? "query" : "path";
}

/** The origin of a URL without expressions in it, or with some behind it. */
function originIn(text: string): string | null {
  const written = ORIGIN.exec(`${text}/`)?.[0].replaceAll(VALUE, "x") ?? text;
  return URL.canParse(written) ? new URL(written).origin : null;
}

function encoded({ raw, source }: Expression, place: Place, text: string): string {
  if (raw === true || place === "address") return text;
  if (/\p{Surrogate}/u.test(text)) throw new ExpressionError(`${source}: holds half a character`);
  if (place !== "host") return encodeURIComponent(text);
  if (/^[\p{L}\p{N}.:[\]_-]*$/u.test(text)) return text;
  throw new ExpressionError(
    `${source}: should be a host, or a host and port; write raw(…) for an address`,
  );
}

/** A segment that is empty, `.` or `..` would make another path of the whole. */
function assertSegment(url: string, at: number): void {
  const from = Math.max(url.lastIndexOf("/", at - 1), url.lastIndexOf("\\", at - 1)) + 1;
  const segment = /^[^/\\?#]*/.exec(url.slice(from))?.[0] ?? "";
  if (segment !== "" && !/^(?:\.|%2e){1,2}$/i.test(segment)) return;
  const what = segment === "" ? "empty" : `"${segment}"`;
  throw new ExpressionError(
    `a value in the path of a URL is ${what}; it should be one segment of it`,
  );
}

function textOf(value: Json): string {
  if (value === null) return "";
  return typeof value === "string" ? value : jsonText(value);
}
