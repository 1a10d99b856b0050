import {
  type Action,
  type Collection,
  KNOWN_ACTIONS,
  type RequestLine,
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
import { withoutOverrides } from "../model/method-override.ts";
import { isAmbiguous, placeFinder } from "./places.ts";
import { actionHabits, habits } from "./readings.ts";
import { type Recognised, recogniser } from "./recognise.ts";
import { type Segments, segmentsOf } from "./segments.ts";
import { join, split } from "./target.ts";

/** What the front door decides by. */
export interface FrontDoorOptions {
  /** `/` or `/api`. */
  readonly prefix: string;
  /** The path of `upstream.url`, which the upstream sees before the prefix: `/` or `/v1`. */
  readonly base: string;
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

/** A request as it is looked at. */
interface Sight {
  readonly method: string;
  readonly path: Segments;
  /** Without `?`. */
  readonly query: string;
  /** The collection that it is about, where that has a guard, for this action or another; else null. */
  readonly guarded: string | null;
}

/** The collection whose `trigger` is for webhooks. SPEC, section 8. */
const WEBHOOK = "webhook";

/** Actions that a GET or HEAD can't ask for. */
const NEVER_BY_GET: ReadonlySet<string> = new Set(WRITE_ACTIONS);

/** Makes the front door. Everything that can be decided before a request comes is decided here. SPEC, section 2. */
export function frontDoor(options: FrontDoorOptions): Look {
  const { caseSensitive, collections, routes, workflows, speaksActions, translate } = options;
  const prefix = segmentsOf(options.prefix).segments;
  const guards = guardsOf(workflows);
  const triggers = workflows.map(({ trigger }) => trigger);
  const bound = triggers.flatMap((trigger) =>
    "collection" in trigger ? (trigger.collection ?? []) : [],
  );
  const placesOf = placeFinder({
    prefix,
    caseSensitive,
    guards,
    recogniser: recogniser({
      caseSensitive,
      collections,
      routes,
      names: [WEBHOOK, ...bound, ...Object.keys(collections)],
      actions: triggers.filter(isAroundAction).flatMap(({ actions }) => actions),
    }),
    habits: [
      ...habits(segmentsOf(options.base).segments),
      ...(speaksActions ? actionHabits(prefix.length) : []),
    ],
  });
  const ownForm = speaksActions ? "action" : "rest";

  return (method, target) => {
    const { path: written, query } = split(target);
    const path = segmentsOf(written);
    const places = placesOf(method, path);
    const [place] = places;
    if (method === "OPTIONS" || !path.clean) {
      if (method !== "OPTIONS" && isAmbiguous(method, path, places, guards)) return badPath();
      const line = { method, path: join(written, query) };
      const inside = places.some((one) => one?.exact);
      return inside ? { way: "pass", line, withoutOverride: method === "OPTIONS" } : { way: "web" };
    }
    if (isAmbiguous(method, path, places, guards)) return badPath();
    // A prefix in another case is the prefix only for what is guarded: elsewhere it is the site's own path.
    if (place === null || !(place.exact || place.guarded !== null)) return { way: "web" };
    const sight = { method, path, query, guarded: place.guarded };
    return place.found === null ? unrecognised(sight) : recognised(place.found, sight);
  };

  function recognised(found: Recognised, sight: Sight): Verdict {
    const concerned =
      guards.action(found.collection, found.name) ||
      found.name === "trigger" ||
      hasParameter(sight.query, "triggerWorkflows");
    try {
      return concerned ? concernedBy(found, sight) : unconcerned(found, sight);
    } catch (error) {
      return { way: "refuse", error: gatewayError(error) };
    }
  }

  function concernedBy(found: Recognised, sight: Sight): Verdict {
    const action = actionOf(found, sight.query);
    assertMethod(action, sight.method);
    if (action.name === "trigger") return { way: "hooks", action, line: null };
    const query = withoutOverrides(partsNamed(sight.query, ["triggerWorkflows"], false));
    return { way: "hooks", action, line: lineFor(action, sight, query) };
  }

  function unconcerned(found: Recognised, sight: Sight): Verdict {
    const { method, path, query, guarded } = sight;
    const own =
      (found.form === ownForm || found.form === "route" || !KNOWN_ACTIONS.includes(found.name)) &&
      !(hasParameter(query, "filterByTk") && found.form === "rest");
    if (own && guarded === null) return passed({ method, path: join(path.written, query) }, false);
    const kept = guarded === null ? query : withoutOverrides(query);
    if (own && method !== "POST") {
      return passed({ method, path: join(canonical(path), kept) }, true);
    }
    const action = actionOf(found, query);
    const line = lineFor(action, sight, kept);
    if (line.bulk || (guarded !== null && method === "POST")) {
      const rule = (guarded !== null && guards.bodies(guarded)) || "plain";
      return { way: "rewrite", line, keys: action.keys, rule };
    }
    return passed(line, guarded !== null);
  }

  /** The line of a recognised request: what was matched is what is forwarded. */
  function lineFor(action: Action, { method, path }: Sight, query: string) {
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

  /**
   * No action. At a guarded collection the method that counts may stand elsewhere than in the request line, and what
   * writes there no workflow would see; also where only post-actions look at it.
   */
  function unrecognised({ method, path, query, guarded }: Sight): Verdict {
    const kept = guarded === null ? query : withoutOverrides(query);
    const line = { method, path: join(path.written, kept) };
    if (guarded === null || method !== "POST") {
      return { way: "pass", line, withoutOverride: guarded !== null };
    }
    return { way: "rewrite", line, keys: [], rule: guards.bodies(guarded) ?? "guarded" };
  }
}

const passed = (line: RequestLine, withoutOverride: boolean): Verdict => ({
  way: "pass",
  line,
  withoutOverride,
});

function badPath(): Verdict {
  const message = "This path is spelt in a way that could be read as another";
  return { way: "refuse", error: new GatewayError("BAD_PATH", message) };
}

const canonical = ({ plain, written, segments }: Segments): string =>
  plain ? written : `/${segments.map(encodeSegment).join("/")}`;

const actionOf = ({ key, ...named }: Recognised, query: string): Action => ({
  ...named,
  ...keysOf(key, query),
});

/** Only a POST triggers, and no GET or HEAD writes. A webhook has its own order of answers: 404 comes before 405. */
function assertMethod({ collection, name, parent }: Action, method: string): void {
  const looks = method === "GET" || method === "HEAD";
  if (name === "trigger") {
    if (method === "POST" || (collection === WEBHOOK && parent === null)) return;
  } else if (!looks || !NEVER_BY_GET.has(name)) return;
  const message = `${method} can't ask for ${collection}:${name}`;
  throw new GatewayError("METHOD_NOT_ALLOWED", message, { headers: { Allow: "POST" } });
}
