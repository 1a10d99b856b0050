/** A request template of `ApiFacts`, taken apart. */
export interface Template {
  readonly method: string;
  /** `/{collection}/{key}`. */
  readonly path: string;
  /** Where the key stands: at the path's end, further up in it, or in the query; null: nowhere. */
  readonly keyAt: "end" | "path" | "query" | null;
}

/** Reads `PATCH /{collection}/{key}`. */
export function templateOf(text: string): Template {
  const [method = "", path = ""] = text.split(" ", 2);
  return { method, path, keyAt: keyPlace(path) };
}

function keyPlace(path: string): Template["keyAt"] {
  if (!path.includes("{key}")) return null;
  if (/\?.*\{key\}/.test(path)) return "query";
  return path.endsWith("/{key}") ? "end" : "path";
}

/**
 * Fills a template's path. Without a key, the place for it goes.
 *
 *     /{collection}/{key}                     posts, 1    → /posts/1
 *     /{collection}/{key}                     posts, null → /posts
 *     /{collection}:update?filterByTk={key}   posts, 1    → /posts:update?filterByTk=1
 *     /{collection}?{primaryKey}=eq.{key}     posts, 1    → /posts?id=eq.1
 * @param place encoded: `posts`, `posts/1/comments`
 * @param key encoded
 * @param primaryKey of the collection, not encoded; null with no key
 */
export function filled(
  { path }: Template,
  place: string,
  key: string | null,
  primaryKey: string | null,
): string {
  // Replaced by functions: in a text, `$&` would have a meaning of its own.
  const whole = path.replace("{collection}", () => place);
  if (key === null || primaryKey === null) return whole.replace(NAMED_KEY, rejoined);
  return whole
    .replace("{primaryKey}", () => encodeURIComponent(primaryKey))
    .replace("{key}", () => key);
}

/** The place for a key, with the name of its parameter. */
const NAMED_KEY = /\?[\w{}-]+=[\w.]*\{key\}&|[/?&](?:[\w{}-]+=[\w.]*)?\{key\}/;

/** Of `?filterByTk={key}&more=1` the question mark stays. */
const rejoined = (gone: string) => (gone.endsWith("&") ? "?" : "");
