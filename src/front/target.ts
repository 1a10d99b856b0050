/** Path and query of a request target, which may be in absolute form (RFC 9112, section 3.2.2). */
export function split(target: string): { path: string; query: string } {
  const own = target.startsWith("/")
    ? target
    : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const mark = own.indexOf("?");
  if (mark < 0) return { path: own || "/", query: "" };
  return { path: own.slice(0, mark) || "/", query: own.slice(mark + 1) };
}

/** Puts them together again; an empty query has no `?`. */
export const join = (path: string, query: string) => (query === "" ? path : `${path}?${query}`);
