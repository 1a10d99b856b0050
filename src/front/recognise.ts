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

/** What the part of a path that names a collection asks for. */
type Asked = Pick<Recognised, "name" | "key" | "form"> & { readonly word: string };

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
    const { length } = segments;
    if (length === 0 || length > 4) return null;
    const nested = length > 2;
    const asked = nested
      ? askedBy(method, segments[2] ?? "", segments[3] ?? null)
      : askedBy(method, segments[0] ?? "", segments[1] ?? null);
    if (asked === null) return null;
    const { word, name, key, form } = asked;
    if (!nested) return { collection: spelling(word), name, key, parent: null, form };
    const above = spelling(segments[0] ?? "");
    const parent = { collection: above, key: segments[1] ?? "", association: word };
    return { collection: target(above, word), name, key, parent, form };
  }

  /** What a collection's word, and the key behind it, ask for. */
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
    action: (method, segments) => byRoute(method, segments) ?? byPlace(method, segments),
    collections(segments, found) {
      const place = found ?? byPlace("GET", segments.slice(0, 4));
      if (routes.length === 0) return place === null ? [] : [place.collection];
      const routed = routes.filter(({ matches }) => matches(segments) !== null);
      return [...(place ? [place.collection] : []), ...routed.map(({ collection }) => collection)];
    },
  };
}

/** To a server that decodes keys after it has found its route, a slash in one parts nothing. */
const asOneSegment = (segment: string) => segment.replaceAll("/", "%2F");

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
        const found = compiled(`/${segments.map(asOneSegment).join("/")}`);
        if (!found) return null;
        const { key } = found.params;
        return { key: typeof key === "string" ? key : null };
      },
    };
  };
}
