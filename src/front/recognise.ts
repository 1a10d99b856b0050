import { type Action, type Collection, KNOWN_ACTIONS, type Route } from "../model/action.ts";
import { expressPath } from "../model/express-path.ts";

/** An action that a path and a method name; keys of the query are not in it yet. */
export type Recognised = Omit<Action, "filterByTk" | "keys"> & { readonly key: string | null };

/** The settings and parts of `recogniser`, decided once. */
export interface RecogniseOptions {
  readonly caseSensitive: boolean;
  readonly collections: Readonly<Record<string, Collection>>;
  readonly routes: readonly Route[];
  /** Collection names as the configuration spells them. */
  readonly names: readonly string[];
  /** Action names that workflows are bound to. */
  readonly actions: readonly string[];
  /** Whether a collection is guarded; its formats are it too: `/posts.json`. */
  readonly isGuarded: (collection: string) => boolean;
}

/** Reads the segments of a path. */
export interface Recogniser {
  /** The action of a route that a whole path names, whether or not it is below the prefix. */
  route(method: string, path: readonly string[]): Recognised | null;
  /** The action that the segments after the prefix name; null when they are not an action of a collection. */
  action(method: string, segments: readonly string[]): Recognised | null;
  /** The collections of the routes that a whole path matches, whatever the method. */
  routed(path: readonly string[]): string[];
  /** The collection that the segments after the prefix are about, whatever the method. */
  collection(segments: readonly string[]): string | null;
}

/** The actions of REST form: without a key, and with one. */
const WITHOUT_KEY: Readonly<Record<string, string>> = {
  GET: "list",
  HEAD: "list",
  POST: "create",
  PUT: "update",
  PATCH: "update",
  DELETE: "destroy",
};
const WITH_KEY: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "update",
  DELETE: "destroy",
};

/** The meaning of the part of a path that names a collection. */
type Asked = Pick<Recognised, "name" | "key" | "form"> & { readonly word: string };

/** Makes the functions that follow the table of docs/requests.md, "What is recognised". */
export function recogniser(options: RecogniseOptions): Recogniser {
  const { caseSensitive, collections } = options;
  // Both ways, since some letters are one only in one of them: `ı` and `i`, `ſ` and `s`, `ß` and `ss`.
  const fold = (name: string) => (caseSensitive ? name : name.toUpperCase().toLowerCase());
  const spelt = new Map(options.names.map((name) => [fold(name), name]));
  const spelling = (name: string) => spelt.get(fold(name)) ?? name;
  const actions = new Map([...KNOWN_ACTIONS, ...options.actions].map((name) => [fold(name), name]));
  const actionOf = (name: string) => actions.get(fold(name)) ?? name;
  const routes = options.routes.map((route) => ({
    ...route,
    matches: expressPath(route.path, caseSensitive),
  }));

  /** Where a path's word leads from a parent: another collection, or the one it names. */
  const target = (parent: string, word: string): string => {
    const associations = Object.entries(collections[parent]?.associations ?? {});
    const association = associations.find(([name]) => fold(name) === fold(word));
    return spelling(association?.[1].collection ?? word);
  };

  function byRoute(method: string, segments: readonly string[]): Recognised | null {
    const asked = method === "HEAD" ? "GET" : method;
    for (const { method: wanted, matches, collection, action: name } of routes) {
      const found = wanted === asked ? matches(segments) : null;
      if (found === null) continue;
      const { key } = found;
      return {
        collection,
        name,
        key: typeof key === "string" ? key : null,
        parent: null,
        form: "route",
      };
    }
    return null;
  }

  function byPlace(method: string, segments: readonly string[]): Recognised | null {
    const { length } = segments;
    if (length === 0 || length > 4) return null;
    const nested = length > 2;
    const asked = nested
      ? askedBy(method, segments[2] ?? "", segments[3] ?? null)
      : askedBy(method, segments[0] ?? "", segments[1] ?? null);
    if (asked === null) return null;
    const { word, name, key, form } = asked;
    const formatted = key === null && form === "rest" ? guardedBefore(word) : null;
    // It is forwarded as it came: the format is the upstream's to read.
    if (formatted !== null && !nested) {
      return { collection: formatted, name, key, parent: null, form: "route" };
    }
    if (!nested) return { collection: spelling(word), name, key, parent: null, form };
    const above = spelling(segments[0] ?? "");
    const parent = { collection: above, key: segments[1] ?? "", association: word };
    return { collection: target(above, word), name, key, parent, form };
  }

  /** The guarded collection that a word names before a `.`: `posts` of `posts.json`, `posts.tar.gz`, `posts.x+y`. */
  function guardedBefore(word: string): string | null {
    if (spelt.has(fold(word))) return null;
    for (let dot = word.indexOf("."); dot > 0; dot = word.indexOf(".", dot + 1)) {
      const name = spelling(word.slice(0, dot));
      if (options.isGuarded(name)) return name;
    }
    return null;
  }

  /** The meaning of a collection's word and the key behind it. */
  function askedBy(method: string, word: string, key: string | null): Asked | null {
    const colon = word.indexOf(":");
    if (colon > 0 && colon < word.length - 1) {
      const name = actionOf(word.slice(colon + 1));
      return { word: word.slice(0, colon), name, key, form: "action" };
    }
    const name = (key === null ? WITHOUT_KEY : WITH_KEY)[method];
    return name === undefined || word === "" ? null : { word, name, key, form: "rest" };
  }

  return {
    route: byRoute,
    action: byPlace,
    routed: (path) =>
      routes.filter(({ matches }) => matches(path) !== null).map(({ collection }) => collection),
    collection: (segments) => byPlace("GET", segments.slice(0, 4))?.collection ?? null,
  };
}
