import { type MatchFunction, match, pathToRegexp } from "path-to-regexp";

/** The parameters of a path that matched: `{ key: "1" }`. A wildcard gives a list. */
export type Parameters = Partial<Record<string, string | string[]>>;

/** Reads the segments of a path, decoded; null when they do not match. */
export type MatchSegments = (segments: readonly string[]) => Parameters | null;

/**
 * A path in Express syntax as a function of a path's segments, which are decoded already.
 *
 *     "/v2/articles/:key/publish" of ["v2", "articles", "1", "publish"] → { key: "1" }
 *     "/utils/import/*"           of ["utils", "import", "posts"]       → {}
 */
export function expressPath(path: string, sensitive: boolean): MatchSegments {
  const compiled: MatchFunction<Parameters> = match(named(path), { sensitive, decode: false });
  return (segments) => {
    const found = compiled(`/${segments.map(asOneSegment).join("/")}`);
    return found ? found.params : null;
  };
}

/** The mistake in a path in Express syntax, in a few words; null for a valid path. */
export function expressPathMistake(path: string): string | null {
  try {
    pathToRegexp(named(path));
    return null;
  } catch (error) {
    return (error as Error).message.split(/[;:]/, 1)[0] ?? "";
  }
}

/** Express 5 wants wildcards to have a name; `*` alone gets one. */
function named(path: string): string {
  let count = 0;
  return path.replace(/\*(?![\w"])/g, () => `*rest${count++}`);
}

/** To a server that decodes keys after it has found its route, a slash in one parts nothing. */
const asOneSegment = (segment: string) => segment.replaceAll("/", "%2F");
