import { isJsonObject } from "../model/json.ts";
import type { PathTemplate, Segment } from "./paths.ts";

/** A path that is about a collection: what the collection is called, and which part of it the path names. */
export interface CollectionPath extends PathTemplate {
  readonly collection: string;
  /** The parameter that is the key; null: the path is about all records. */
  readonly key: string | null;
  /** The word behind them, or behind `:`: an action; null: the method says it. */
  readonly action: string | null;
  /** Whether the word may be a record's key too: `latest` of `/posts/latest`, where there is `/posts/{id}`. */
  readonly mayBeKey: boolean;
}

/**
 * The paths that are about collections. A collection is the last word of a path that a key can follow, or whose `GET` gives
 * a list:
 *
 *     /posts, /posts/{id}          → posts
 *     /v2/articles/{id}            → articles
 *     /posts/{id}/comments         → comments
 *     /posts/{id}/publish, no GET  → posts, action publish
 *     /posts:publish               → posts, action publish
 * @param isListed whether the `GET` of a path, as it is written, gives a list
 */
export function collectionPaths(
  templates: readonly PathTemplate[],
  isListed: (written: string) => boolean,
): CollectionPath[] {
  const names = new Map(templates.map(({ segments, written }) => [nameOf(segments), written]));
  const isCollection = (segments: readonly Segment[]): boolean => {
    const last = segments.at(-1);
    if (last?.kind !== "word" || last.text.includes(":")) return false;
    const name = nameOf(segments);
    if (names.has(`${name}/{}`)) return true;
    const above = segments.at(-2);
    // Behind the word of a collection, a word without records of its own is an action: /posts/search.
    if (above?.kind === "word" && isCollection(segments.slice(0, -1))) return false;
    const written = names.get(name);
    return written !== undefined && isListed(written);
  };

  const about = (
    segments: readonly Segment[],
  ): Pick<CollectionPath, "collection" | "key"> | null => {
    const last = segments.at(-1);
    const before = segments.slice(0, -1);
    if (last?.kind === "word") {
      return isCollection(segments) ? { collection: last.text, key: null } : null;
    }
    const collection = before.at(-1)?.text;
    if (last === undefined || collection === undefined || !isCollection(before)) return null;
    return { collection, key: last.text };
  };

  return templates.flatMap((template): CollectionPath[] => {
    const { segments } = template;
    const whole = about(segments);
    if (whole !== null) return [{ ...template, ...whole, action: null, mayBeKey: false }];
    const colon = segments.findLastIndex(({ kind, text }) => kind === "word" && /.:./.test(text));
    if (colon >= 0 && colon >= segments.length - 2) {
      const [collection = "", action = ""] = (segments[colon]?.text ?? "").split(":");
      const key = colon === segments.length - 1 ? null : (segments.at(-1)?.text ?? null);
      return [{ ...template, collection, key, action, mayBeKey: false }];
    }
    const last = segments.at(-1);
    const before = segments.slice(0, -1);
    const owner = last?.kind === "word" ? about(before) : null;
    if (owner === null) return [];
    const mayBeKey = owner.key === null && names.has(`${nameOf(before)}/{}`);
    return [{ ...template, ...owner, action: last?.text ?? null, mayBeKey }];
  });
}

/** Parameters may be called otherwise from path to path. */
const nameOf = (segments: readonly Segment[]): string =>
  segments.map(({ kind, text }) => (kind === "word" ? `/${text}` : "/{}")).join("");

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** The methods that a path item has, in capitals. */
export const methodsOf = (item: unknown): string[] =>
  METHODS.filter((method) => isJsonObject(item) && isJsonObject(item[method])).map((method) =>
    method.toUpperCase(),
  );

/**
 * The action that a described method is on a path of a collection; null for one that is none. A word that may be a key is
 * one, as in paths of the preset's form: a guard of `destroy` sees `DELETE /posts/latest`.
 */
export function actionOf(method: string, { key, action, mayBeKey }: CollectionPath): string | null {
  if (action !== null) return mayBeKey && method in WITH_KEY ? null : action;
  return (key === null ? WITHOUT_KEY : WITH_KEY)[method] ?? null;
}

/**
 * The methods that a path of a collection may be asked for, each with its action, described or not: an upstream may take `PUT`
 * where its document has `PATCH`.
 */
export const actionsByMethod = ({ key }: CollectionPath): readonly (readonly [string, string])[] =>
  Object.entries(key === null ? { ...WITHOUT_KEY, ...OF_MANY } : WITH_KEY);

const WITHOUT_KEY: Readonly<Record<string, string>> = { GET: "list", POST: "create" };
/** No document has types for them that hold for one record. */
const OF_MANY: Readonly<Record<string, string>> = {
  PUT: "update",
  PATCH: "update",
  DELETE: "destroy",
};
const WITH_KEY: Readonly<Record<string, string>> = {
  GET: "get",
  PUT: "update",
  PATCH: "update",
  DELETE: "destroy",
};
