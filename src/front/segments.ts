import { encodeSegment } from "../model/path-segment.ts";

/**
 * A client's path, segment by segment, percent-decoded once, without one trailing slash.
 *
 *     "/posts/1"      → { segments: ["posts", "1"], clean: true, plain: true, certain: true }
 *     "/%70osts/a.b"  → { segments: ["posts", "a.b"], clean: true, plain: false, certain: false }
 *     "//x/../posts"  → { segments: ["", "x", "..", "posts"], clean: false, plain: false, certain: false }
 */
export interface Segments {
  /** The path as it came. */
  readonly written: string;
  /** A segment that can't be decoded stays encoded. */
  readonly segments: readonly string[];
  /** False when the path is of a kind that is never matched: see docs/requests.md, "No bypass by spelling". */
  readonly clean: boolean;
  /** Whether the path was written as its canonical form is, so that it can be forwarded byte for byte. */
  readonly plain: boolean;
  /** Whether every server reads it alike: see `readings`. */
  readonly certain: boolean;
}

const PLAIN = /^(?:\/[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9._~!$&'()*+,=:@-]*)*\/?$/;

/** A plain path that is read alike by all: no dots, and one colon in the middle of a word at most. */
const CERTAIN = /^(?:\/[A-Za-z0-9_~!$&'()*+,=@-]+(?::[A-Za-z0-9_~!$&'()*+,=@-]+)?)*\/?$/;

/** The same of a decoded segment, which may have single spaces in it. */
const CERTAIN_WORD = /^[!"$&'()*+,\-<=>@\w[\]^`{|}~]+(?:[ :][!"$&'()*+,\-<=>@\w[\]^`{|}~]+)?$/;

/** Reads a path, without its query. */
export function segmentsOf(path: string): Segments {
  const plain = PLAIN.test(path);
  const from = path.startsWith("/") ? 1 : 0;
  const to = path.length > from && path.endsWith("/") ? path.length - 1 : path.length;
  const parts = from >= to && from === path.length ? [] : path.slice(from, to).split("/");
  if (plain)
    return { written: path, segments: parts, clean: true, plain, certain: CERTAIN.test(path) };
  // A raw non-ASCII byte is treated like its percent-encoded form.
  const escaped = parts.map((part) => part.replace(/[\x80-\xff]/g, escape));
  const decoded = escaped.map(decode);
  const clean = from === 1 && decoded.every((part) => part !== null && isClean(part));
  const segments = decoded.map((part, index) => part ?? escaped[index] ?? "");
  const certain = clean && segments.every((segment) => CERTAIN_WORD.test(segment));
  return { written: path, segments, clean, plain, certain };
}

/** A path as it is forwarded once it has been matched: encoded where it must be, and nowhere else. A slash at its end stays. */
export function canonicalPath({ plain, written, segments }: Segments): string {
  if (plain) return written;
  const path = segments.map((segment) => `/${encodeSegment(segment)}`).join("");
  return written.endsWith("/") || path === "" ? `${path}/` : path;
}

/** Null for bytes that are not UTF-8. */
function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

const escape = (byte: string) => `%${byte.charCodeAt(0).toString(16)}`;

const isClean = (part: string) =>
  part !== "" && part !== "." && part !== ".." && !/[/\\\0]/.test(part);
