import { type Action, KNOWN_ACTIONS } from "../model/action.ts";
import { encodeSegment } from "../model/path-segment.ts";
import type { TranslatedLine, Translate } from "../model/upstream-api.ts";
import { type Segments, canonicalPath } from "./segments.ts";
import { join } from "./target.ts";

/** What the lines are made by. */
interface LineParts {
  /** Of every API path, segment by segment, decoded. */
  readonly prefix: readonly string[];
  readonly translate: Translate;
}

/** A request whose action has been recognised. */
interface MatchedRequest {
  readonly method: string;
  readonly path: Segments;
  /** See `PathReading`. */
  readonly application: readonly string[];
}

/**
 * Gives the line under which a recognised request is forwarded.
 * @param query the client's query as it is to be forwarded, without `?`
 */
type ForwardedLine = (action: Action, request: MatchedRequest, query: string) => TranslatedLine;

/** Makes the lines under which recognised requests are forwarded: what was matched is what the upstream reads. */
export function forwardedLines({ prefix, translate }: LineParts): ForwardedLine {
  const start = pathOf(prefix);

  return (action, { method, path, application }, query) => {
    if (action.form === "route") return { method, path: join(canonicalPath(path), query) };
    if (!KNOWN_ACTIONS.includes(action.name)) {
      return { method, path: join(verbatim(action, path, application), query) };
    }
    const line = translate(action, method, query);
    return application.length === 0 ? line : { ...line, path: within(application, line.path) };
  };

  /** The path of a request to one of the upstream's applications: `/api/posts:create` → `/api/__app/main/posts:create`. */
  function within(application: readonly string[], path: string): string {
    return start + pathOf(application) + path.slice(start.length);
  }

  /** The path of an upstream's own action, with the names as they were matched. */
  function verbatim(
    { collection, parent, name }: Action,
    { segments }: Segments,
    application: readonly string[],
  ): string {
    const owner = parent === null ? [] : [parent.collection, parent.key];
    const word = `${parent?.association ?? collection}:${name}`;
    const before = [...prefix, ...application];
    const key = segments.slice(before.length + owner.length + 1);
    return pathOf([...before, ...owner, word, ...key]);
  }
}

/** `["api", "a b"]` → `/api/a%20b`; none → the empty text. */
const pathOf = (segments: readonly string[]): string =>
  segments.map((segment) => `/${encodeSegment(segment)}`).join("");
