import {
  type Action,
  type Collection,
  KNOWN_ACTIONS,
  type Route,
  WRITE_ACTIONS,
} from "../model/action.ts";
import { GatewayError, gatewayError } from "../model/errors.ts";
import { encodeSegment } from "../model/path-segment.ts";
import { hasParameter, partsNamed } from "../model/query.ts";
import type { Translate } from "../model/upstream-api.ts";
import type { Verdict } from "../model/verdict.ts";
import { type Workflow, isAroundAction } from "../model/workflow.ts";
import { guardsOf } from "./guards.ts";
import { keysOf } from "./keys.ts";
import { type Recognised, recogniser } from "./recognise.ts";
import { type Segments, segmentsOf } from "./segments.ts";

/** What the front door decides by. */
export interface FrontDoorOptions {
  /** `/` or `/api`. */
  readonly prefix: string;
  readonly caseSensitive: boolean;
  readonly collections: Readonly<Record<string, Collection>>;
  readonly routes: readonly Route[];
  readonly workflows: readonly Workflow[];
  /** Whether the upstream itself speaks `/posts:create`. */
  readonly speaksActions: boolean;
  readonly translate: Translate;
}

/** One look at a request: its method and target decide. */
export type Look = (method: string, target: string) => Verdict;

/** Query parameters that are the gateway's own, or that no upstream may get from a client at a guarded collection. */
const OURS = ["triggerWorkflows", "_method"];

/** Actions that a GET or HEAD can't ask for. */
const NEVER_BY_GET: readonly string[] = [...WRITE_ACTIONS, "trigger"];

/** Makes the front door. Everything that can be decided before a request comes is decided here. SPEC, section 2. */
export function frontDoor(options: FrontDoorOptions): Look {
  const { caseSensitive, collections, routes, workflows, speaksActions, translate } = options;
  const prefix = segmentsOf(options.prefix).segments;
  const guards = guardsOf(workflows);
  const triggers = workflows.map(({ trigger }) => trigger);
  const bound = triggers.flatMap((trigger) =>
    "collection" in trigger ? (trigger.collection ?? []) : [],
  );
  const recognise = recogniser({
    caseSensitive,
    collections,
    routes,
    names: [...bound, ...Object.keys(collections)],
    actions: triggers.filter(isAroundAction).flatMap(({ actions }) => actions),
  });
  const ownForm = speaksActions ? "action" : "rest";

  return (method, target) => {
    const { path, query } = split(target);
    const segments = segmentsOf(path);
    const inside = within(segments.segments, prefix, caseSensitive);
    if (inside === null) return { way: "web" };
    const line = { method, path: join(path, query) };
    if (method === "OPTIONS") return { way: "pass", line, withoutOverride: false };
    const rest = segments.segments.slice(prefix.length);
    const found = recognise(method, rest);
    if (!segments.clean) return unclean(line, inside, rest, found);
    // A prefix in another case is the prefix only for what is guarded: elsewhere it is the site's own path.
    if (inside === "folded" && !(found && guards.collection(found.collection)))
      return { way: "web" };
    if (found === null) return unrecognised(method, line, query, rest);
    return recognised(found, method, segments, query);
  };

  /** A path that servers read in different ways: refused where it may mean a guarded collection. */
  function unclean(
    line: { method: string; path: string },
    inside: "exact" | "folded",
    rest: readonly string[],
    found: Recognised | null,
  ): Verdict {
    const collection = found?.collection ?? collectionAt(rest);
    if (collection !== null && guards.collection(collection)) {
      const message = "This path is spelt in a way that could be read as another";
      return { way: "refuse", error: new GatewayError("BAD_PATH", message) };
    }
    return inside === "exact" ? { way: "pass", line, withoutOverride: false } : { way: "web" };
  }

  /** No action; but at a guarded collection the method that counts may stand elsewhere than in the request line. */
  function unrecognised(
    method: string,
    line: { method: string; path: string },
    query: string,
    rest: readonly string[],
  ): Verdict {
    const collection = collectionAt(rest);
    if (collection === null || !guards.collection(collection)) {
      return { way: "pass", line, withoutOverride: false };
    }
    const [bare = ""] = line.path.split("?", 1);
    const stripped = { method, path: join(bare, partsNamed(query, ["_method"], false)) };
    if (method === "POST") return { way: "rewrite", line: stripped, keys: [] };
    return { way: "pass", line: stripped, withoutOverride: true };
  }

  function recognised(found: Recognised, method: string, path: Segments, query: string): Verdict {
    const guarded = guards.collection(found.collection);
    const concerned =
      guards.action(found.collection, found.name) ||
      found.name === "trigger" ||
      hasParameter(query, "triggerWorkflows");
    try {
      if (concerned) return concernedBy(found, method, path, query);
      return unconcerned(found, method, path, query, guarded);
    } catch (error) {
      return { way: "refuse", error: gatewayError(error) };
    }
  }

  function concernedBy(found: Recognised, method: string, path: Segments, query: string): Verdict {
    const { key, ...named } = found;
    const action: Action = { ...named, ...keysOf(key, query) };
    const looking = method === "GET" || method === "HEAD";
    if (
      action.name === "trigger" ? method !== "POST" : looking && NEVER_BY_GET.includes(action.name)
    ) {
      const message = `${method} can't ask for ${action.collection}:${action.name}`;
      return {
        way: "refuse",
        error: new GatewayError("METHOD_NOT_ALLOWED", message, { headers: { Allow: "POST" } }),
      };
    }
    if (action.name === "trigger") return { way: "hooks", action, line: null };
    return {
      way: "hooks",
      action,
      line: lineFor(action, method, path, partsNamed(query, OURS, false)),
    };
  }

  function unconcerned(
    found: Recognised,
    method: string,
    path: Segments,
    query: string,
    guarded: boolean,
  ): Verdict {
    const { key, ...named } = found;
    const own =
      found.form === ownForm || found.form === "route" || !KNOWN_ACTIONS.includes(found.name);
    const kept = guarded ? partsNamed(query, ["_method"], false) : query;
    const byKeys = hasParameter(query, "filterByTk") && found.form === "rest";
    if (own && !byKeys && !guarded) {
      return {
        way: "pass",
        line: { method, path: join(path.written, query) },
        withoutOverride: false,
      };
    }
    if (own && !byKeys && method !== "POST") {
      return {
        way: "pass",
        line: { method, path: join(canonical(path), kept) },
        withoutOverride: true,
      };
    }
    const action: Action = { ...named, ...keysOf(key, query) };
    const line = lineFor(action, method, path, kept);
    if (line.bulk || (guarded && method === "POST"))
      return { way: "rewrite", line, keys: action.keys };
    return { way: "pass", line, withoutOverride: guarded };
  }

  /** The line of a recognised request: what was matched is what is forwarded. */
  function lineFor(action: Action, method: string, path: Segments, query: string) {
    if (action.form === "route") return { method, path: join(canonical(path), query) };
    if (KNOWN_ACTIONS.includes(action.name)) return translate(action, method, query);
    return { method, path: join(verbatim(action, path), query) };
  }

  /** The path of an upstream's own action, with the names as they were matched. */
  function verbatim({ collection, parent, name }: Action, { segments }: Segments): string {
    const place = parent === null ? [] : [parent.collection, parent.key];
    const word = `${parent?.association ?? collection}:${name}`;
    const key = segments.slice(prefix.length + place.length + 1);
    return `/${[...prefix, ...place, word, ...key].map(encodeSegment).join("/")}`;
  }

  function canonical({ plain, written, segments }: Segments): string {
    return plain ? written : `/${segments.map(encodeSegment).join("/")}`;
  }

  /** The collection that a path names when its method and form are left out of account. */
  function collectionAt(rest: readonly string[]): string | null {
    const found = recognise("GET", rest.slice(0, 4)) ?? recognise("POST", rest.slice(0, 1));
    return found?.collection ?? null;
  }
}

/** Path and query of a request target, which may be in absolute form (RFC 9112, section 3.2.2). */
function split(target: string): { path: string; query: string } {
  const own = target.startsWith("/")
    ? target
    : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
  const mark = own.indexOf("?");
  if (mark < 0) return { path: own || "/", query: "" };
  return { path: own.slice(0, mark) || "/", query: own.slice(mark + 1) };
}

const join = (path: string, query: string) => (query === "" ? path : `${path}?${query}`);

/** Whether segments lie below the prefix: as it is written, or but for case. */
function within(
  segments: readonly string[],
  prefix: readonly string[],
  caseSensitive: boolean,
): "exact" | "folded" | null {
  if (prefix.every((part, index) => segments[index] === part)) return "exact";
  if (caseSensitive) return null;
  const folded = prefix.every(
    (part, index) => segments[index]?.toLowerCase() === part.toLowerCase(),
  );
  return folded ? "folded" : null;
}
