import {
  type Action,
  type Collection,
  KNOWN_ACTIONS,
  type RequestLine,
  type Route,
} from "../model/action.ts";
import { gatewayError } from "../model/errors.ts";
import { hasParameter, parseQuery, partsNamed } from "../model/query.ts";
import { parseTriggerWorkflows } from "../model/trigger-workflows.ts";
import type { ApiFacts, KeysInQuery, Translate } from "../model/upstream-api.ts";
import type { Verdict } from "../model/verdict.ts";
import { type Workflow, isAroundAction } from "../model/workflow.ts";
import { closedPaths } from "./closed.ts";
import { forwardedLines } from "./forwarded-line.ts";
import { guardsOf } from "./guards.ts";
import { keysOf } from "./keys.ts";
import { withoutOverrides } from "../model/method-override.ts";
import { type ReadPath, isAmbiguous, isTooLong, pathReader } from "./path-readings.ts";
import { actionHabits, habits } from "./readings.ts";
import { type Recognised, recogniser } from "./recognise.ts";
import { WEBHOOK, assertMethod, badPath, closedPath, namesTrigger } from "./refusals.ts";
import { type Segments, canonicalPath, segmentsOf } from "./segments.ts";
import { join, split } from "./target.ts";

/** The settings and parts that the front door decides by. */
export interface FrontDoorOptions {
  /** `/` or `/api`. */
  readonly prefix: string;
  /** The path of `upstream.url`, which the upstream sees before the prefix: `/` or `/v1`. */
  readonly base: string;
  readonly caseSensitive: boolean;
  readonly collections: Readonly<Record<string, Collection>>;
  readonly routes: readonly Route[];
  readonly workflows: readonly Workflow[];
  /** What a client could say beside the body; see `ApiFacts`. */
  readonly withheld: Pick<ApiFacts["withheld"], "query">;
  /** How the upstream itself spells an action. */
  readonly form: ApiFacts["form"];
  /** The word behind the prefix that the name of one of the upstream's applications follows: `__app`; null: it has one. */
  readonly applications: string | null;
  /** Whether the upstream has workflows of its own, which a `trigger` request may be for. */
  readonly leaveUnknown: boolean;
  /** Paths that are answered 403, in Express syntax, from the root of the client's path. */
  readonly closed: readonly string[];
  readonly translate: Translate;
  /** The keys that an upstream's own query names. */
  readonly keysIn: KeysInQuery;
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
  /** As it came. */
  readonly target: string;
  /** See `PathReading`. */
  readonly application: readonly string[];
}

/** Makes the front door. Everything that can be decided before a request comes is decided here. See docs/requests.md. */
export function frontDoor(options: FrontDoorOptions): Look {
  const { caseSensitive, collections, routes, workflows, form, translate } = options;
  const { applications, leaveUnknown, withheld, keysIn } = options;
  const prefix = segmentsOf(options.prefix).segments;
  const lineFor = forwardedLines({ prefix, translate });
  const guards = guardsOf(workflows);
  const triggers = workflows.map(({ trigger }) => trigger);
  const bound = triggers.flatMap((trigger) =>
    "collection" in trigger ? (trigger.collection ?? []) : [],
  );
  const notForwarded = ["triggerWorkflows", ...withheld.query];
  // To NocoBase a key of the query is one more beside the path's.
  const notBesideKey = [...notForwarded, "filterByTk"];
  const keys = new Set(workflows.map(({ key }) => key));
  const served = [
    ...habits(segmentsOf(options.base).segments, caseSensitive),
    ...(form === "action" ? actionHabits(prefix.length) : []),
  ];
  const closed = closedPaths(options.closed, caseSensitive, served);
  const placesOf = pathReader({
    prefix,
    caseSensitive,
    guards,
    applications,
    recogniser: recogniser({
      caseSensitive,
      collections,
      routes,
      names: [WEBHOOK, ...bound, ...Object.keys(collections)],
      actions: triggers.filter(isAroundAction).flatMap(({ actions }) => actions),
      isGuarded: guards.collection,
    }),
    habits: served,
  });

  return (method, target) => {
    const { whole, path: written, query } = split(target);
    const path = segmentsOf(written);
    const places = placesOf(method, path);
    const [place] = places;
    if (method === "OPTIONS") return asItCame(method, whole, places, true);
    if (closed.any && isTooLong(path)) return badPath();
    if (closed.has(path)) return closedPath();
    if (isAmbiguous(method, path, places, guards)) return badPath();
    if (!path.clean) {
      return namesTrigger(path.segments) ? badPath() : asItCame(method, whole, places, false);
    }
    // A prefix in another case is the prefix only for what is guarded: elsewhere it is the site's own path.
    if (place === null || !(place.exact || place.guarded !== null)) return { way: "web" };
    const { found, guarded, application } = place;
    const sight = { method, path, query, guarded, target: whole, application };
    if (found === null) return namesTrigger(path.segments) ? badPath() : unrecognised(sight);
    if (found.parent !== null && namesTrigger([found.parent.collection])) return badPath();
    return recognised(found, sight);
  };

  function recognised(found: Recognised, sight: Sight): Verdict {
    if (found.collection === "workflows" && found.name === "resume" && found.form === "action") {
      return { way: "hooks", action: actionOf(found, ""), line: null };
    }
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
    if (action.name === "trigger" && isForUpstream(sight.query)) {
      return passed({ method: sight.method, path: sight.target }, false);
    }
    if (action.name === "trigger") return { way: "hooks", action, line: null };
    const hidden = found.key === null ? notForwarded : notBesideKey;
    const query = withoutOverrides(partsNamed(sight.query, hidden, false));
    return { way: "hooks", action, line: lineFor(action, sight, query) };
  }

  function unconcerned(found: Recognised, sight: Sight): Verdict {
    const { method, path, query, guarded } = sight;
    const isOwnForm =
      form === "query" ? found.form === "rest" && found.key === null : found.form === form;
    const own =
      (isOwnForm || found.form === "route" || !KNOWN_ACTIONS.includes(found.name)) &&
      !(hasParameter(query, "filterByTk") && found.form === "rest");
    if (own && guarded === null) return passed({ method, path: sight.target }, false);
    const kept = guarded === null ? query : withoutOverrides(query);
    if (own && method !== "POST") {
      return passed({ method, path: join(canonicalPath(path), kept) }, true);
    }
    const action = actionOf(found, query);
    const line = lineFor(action, sight, kept);
    if (line.bulk || (guarded !== null && method === "POST")) {
      const rule = (guarded !== null && guards.bodies(guarded)) || "plain";
      return { way: "rewrite", line, keys: action.keys, rule };
    }
    return passed(line, guarded !== null);
  }

  function actionOf({ key, ...named }: Recognised, query: string): Action {
    return { ...named, ...keysOf(key, query, keysIn(named, query)) };
  }

  /** Whether a `trigger` request names workflows, and none of ours: then it is for the upstream's own. */
  function isForUpstream(query: string): boolean {
    if (!leaveUnknown || !hasParameter(query, "triggerWorkflows")) return false;
    const named = parseQuery(partsNamed(query, ["triggerWorkflows"], true))["triggerWorkflows"];
    const mentions = parseTriggerWorkflows(named);
    return mentions.length > 0 && mentions.every(({ key }) => !keys.has(key));
  }

  /**
   * The verdict on a path that names no action. At a guarded collection the request goes on without method overrides, and the
   * body of a POST is read for one: no workflow would see the write. This holds too where only post-actions look at it.
   */
  function unrecognised({ method, path, query, guarded, target }: Sight): Verdict {
    if (guarded === null) return passed({ method, path: target }, false);
    const line = { method, path: join(path.written, withoutOverrides(query)) };
    if (method !== "POST") return passed(line, true);
    return { way: "rewrite", line, keys: [], rule: guards.bodies(guarded) ?? "guarded" };
  }
}

const passed = (line: RequestLine, withoutOverride: boolean): Verdict => ({
  way: "pass",
  line,
  withoutOverride,
});

/** A request whose path no action is read from. */
function asItCame(
  method: string,
  target: string,
  places: ReturnType<ReadPath>,
  withoutOverride: boolean,
): Verdict {
  const inside = places.some((one) => one?.exact);
  return inside ? { way: "pass", line: { method, path: target }, withoutOverride } : { way: "web" };
}
