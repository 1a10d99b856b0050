import { type MatchFunction, match } from "path-to-regexp";
import { type Action, type Collection, KNOWN_ACTIONS, type Route } from "../model/action.ts";

/** An action that a path and a method name; keys of the query are not in it yet. */
export type Recognised = Omit<Action, "filterByTk" | "keys"> & { readonly key: string | null };

/** What recognising needs, decided once. */
export interface RecogniseOptions {
  readonly caseSensitive: boolean;
  readonly collections: Readonly<Record<string, Collection>>;
  readonly routes: readonly Route[];
  /** Collection names as the configuration spells them. */
  readonly names: readonly string[];
  /** Action names that workflows are bound to. */
  readonly actions: readonly string[];
}

/** Reads the segments after the prefix. */
export interface Recogniser {
  /** The action that they name; null when they are no action of a collection. */
  action(method: string, segments: readonly string[]): Recognised | null;
  /** The collections that they are about, whatever the method; also when `found` is what this one asks for. */
  collections(segments: readonly string[], found: Recognised | null): string[];
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

/** Makes the table of SPEC, section 2 into a function. */
export function recogniser(options: RecogniseOptions): Recogniser {
  const { caseSensitive, collections } = options;
  const fold = (name: string) => (caseSensitive ? name : name.toLowerCase());
  const spelt = new Map(options.names.map((name) => [fold(name), name]));
  const spelling = (name: string) => spelt.get(fold(name)) ?? name;
  const actions = new Map([...KNOWN_ACTIONS, ...options.actions].map((name) => [fold(name), name]));
  const actionOf = (name: string) => actions.get(fold(name)) ?? name;
  const routes = options.routes.map(routeMatcher(caseSensitive));

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
      if (found) return { collection, name, key: found.key, parent: null, form: "route" };
    }
    return null;
  }

  function byPlace(method: string, segments: readonly string[]): Recognised | null {
    const [first = "", second = null, third = "", fourth = null] = segments;
    if (segments.length === 0 || segments.length > 4) return null;
    if (segments.length <= 2) {
      return named(method, first, second, (word) => ({ collection: spelling(word), parent: null }));
    }
    return named(method, third, fourth, (word) => {
      const parent = spelling(first);
      return {
        collection: target(parent, word),
        parent: { collection: parent, key: second ?? "", association: word },
      };
    });
  }

  function named(
    method: string,
    word: string,
    key: string | null,
    place: (collection: string) => Pick<Action, "collection" | "parent">,
  ): Recognised | null {
    const colon = word.indexOf(":");
    if (colon > 0 && colon < word.length - 1) {
      return {
        ...place(word.slice(0, colon)),
        name: actionOf(word.slice(colon + 1)),
        key,
        form: "action",
      };
    }
    const name = (key === null ? WITHOUT_KEY : WITH_KEY)[method];
    return name === undefined || word === "" ? null : { ...place(word), name, key, form: "rest" };
  }

  return {
    action: (method, segments) => byRoute(method, segments) ?? byPlace(method, segments),
    collections(segments, found) {
      const place = found ?? byPlace("GET", segments.slice(0, 4));
      const routed = routes.filter(({ matches }) => matches(segments) !== null);
      return [...(place ? [place.collection] : []), ...routed.map(({ collection }) => collection)];
    },
  };
}

/** A route as a function of segments, which are decoded already. */
function routeMatcher(sensitive: boolean) {
  return (route: Route) => {
    const compiled: MatchFunction<Record<string, string | string[]>> = match(route.path, {
      sensitive,
      decode: false,
    });
    return {
      ...route,
      matches(segments: readonly string[]): { key: string | null } | null {
        const found = compiled(`/${segments.join("/")}`);
        if (!found) return null;
        const { key } = found.params;
        return { key: typeof key === "string" ? key : null };
      },
    };
  };
}
