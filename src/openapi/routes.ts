import { expressPathMistake } from "../model/express-path.ts";
import type { DescribedRoute } from "../model/upstream-types.ts";
import { type CollectionPath, actionOf, actionsByMethod } from "./operations.ts";
import type { Segment } from "./paths.ts";

/**
 * The routes of a path, where the gateway would read the path in another way, or not at all; none where it reads it so
 * anyway; null where no route can say it.
 *
 *     POST /v2/articles/{id}/publish → { method: POST, path: /v2/articles/:key/publish, collection: articles, action: publish }
 *     /v2/articles/{id}              → GET, PUT, PATCH and DELETE of /v2/articles/:key
 *     /posts/{id}                    → none
 * @param described the methods that the document has there
 */
export function routesOf(
  path: CollectionPath,
  described: readonly string[],
): readonly DescribedRoute[] | null {
  const { collection, below, segments } = path;
  const actions =
    path.action === null
      ? actionsByMethod(path)
      : described.flatMap((method) => {
          const action = actionOf(method, path);
          return action === null ? [] : [[method, action] as const];
        });
  if (actions.length === 0 || (below !== null && isUsual(below, path))) return [];
  // It would match paths of all collections.
  if (segments[0]?.kind !== "word") return null;
  const written = segments.map((segment, index) => expressSegment(segment, index, path)).join("");
  if (expressPathMistake(written) !== null) return null;
  return actions.map(([method, action]) => ({
    method,
    path: written,
    collection,
    action,
    insteadOf: below && asRead(method, below),
  }));
}

/** Whether a path below the prefix is one that the gateway knows: `/posts/{id}`, `/posts/{id}/comments`, `/posts:publish`. */
function isUsual(below: readonly Segment[], { action, key }: CollectionPath): boolean {
  const kinds = below.map(({ kind }) => kind).join(" ");
  if (action !== null)
    return below.at(key === null ? -1 : -2)?.text.endsWith(`:${action}`) === true;
  return [
    "word",
    "word parameter",
    "word parameter word",
    "word parameter word parameter",
  ].includes(kinds);
}

/** The collection that the gateway takes a path to be about without a route. See docs/requests.md, "What is recognised". */
function asRead(method: string, below: readonly Segment[]): string | null {
  const { length } = below;
  if (length === 0 || length > 4) return null;
  const hasKey = length % 2 === 0;
  if (hasKey && method === "POST") return null;
  const named = below[length > 2 ? 2 : 0];
  return named?.kind === "word" ? named.text : null;
}

function expressSegment({ kind, text }: Segment, index: number, { key }: CollectionPath): string {
  if (kind === "word") return `/${text.replace(/[\\{}()[\]+?!:*"]/g, "\\$&")}`;
  return text === key ? "/:key" : `/:parent${index}`;
}
