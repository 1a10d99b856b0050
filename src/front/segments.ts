/**
 * What a client's path is, segment by segment, percent-decoded once.
 *
 *     "/posts/1"      → { segments: ["posts", "1"], clean: true, plain: true }
 *     "/%70osts"      → { segments: ["posts"], clean: true, plain: false }
 *     "//x/../posts"  → { segments: ["posts"], clean: false, plain: false }
 */
export interface Segments {
  /** The path as it came. */
  readonly written: string;
  /** Of the canonical form: dots resolved, encoded slashes taken for slashes, empty segments dropped. */
  readonly segments: readonly string[];
  /** False when the path is of a kind that servers read in different ways. Then it is never matched, only refused. */
  readonly clean: boolean;
  /** Whether the path was written as its canonical form is, so that it can be forwarded byte for byte. */
  readonly plain: boolean;
}

const PLAIN = /^(?:\/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)*\/?$/;

/** Reads a path, without its query. */
export function segmentsOf(path: string): Segments {
  if (PLAIN.test(path)) {
    const end = path.endsWith("/") ? path.length - 1 : path.length;
    const segments = end <= 0 ? [] : path.slice(1, end).split("/");
    return { written: path, segments, clean: true, plain: true };
  }
  const parts = path
    .replace(/^\//, "")
    .replace(/(?<=.)\/$/, "")
    .split("/");
  const decoded = parts.map(decode);
  const clean = path.startsWith("/") && decoded.every((part) => part !== null && isClean(part));
  if (clean) return { written: path, segments: decoded as string[], clean, plain: false };
  const careless = resolved(decoded.map((part, index) => part ?? parts[index] ?? ""));
  return { written: path, segments: careless, clean, plain: false };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

const isClean = (part: string) =>
  part !== "" && part !== "." && part !== ".." && !/[/\\\0]/.test(part);

/** As a careless server would read it. */
function resolved(parts: readonly string[]): string[] {
  const out: string[] = [];
  for (const part of parts.join("/").replaceAll("\0", "").split(/[/\\]/)) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  return out;
}
