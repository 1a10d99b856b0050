/** A request target, taken apart. */
export interface Target {
  /** As it came, in origin form: path and query, a bare `?` included (RFC 9112, section 3.2.1). */
  readonly whole: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
}

/** Reads a request target, which may be in absolute form (RFC 9112, section 3.2.2). */
export function split(target: string): Target {
  const own = target.startsWith("/")
    ? target
    : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const whole = own.startsWith("?") || own === "" ? `/${own}` : own;
  const mark = whole.indexOf("?");
  if (mark < 0) return { whole, path: whole, query: "" };
  return { whole, path: whole.slice(0, mark), query: whole.slice(mark + 1) };
}

/** Puts path and query together again; an empty query has no `?`. */
export const join = (path: string, query: string) => (query === "" ? path : `${path}?${query}`);
