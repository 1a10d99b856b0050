import type { Action } from "../../model/action.ts";
import { GatewayError } from "../../model/errors.ts";
import { hasParameter, partsNamed } from "../../model/query.ts";
import type { ApiFacts, Translate, TranslatedLine } from "../../model/upstream-api.ts";
import type { PrimaryKeyOf } from "../../model/primary-key.ts";
import { asSegment } from "./segment.ts";
import { listOfKeys } from "./query-keys.ts";
import { type Template, filled, templateOf } from "./template.ts";

const READS: ReadonlySet<string> = new Set(["GET", "HEAD"]);
const CHANGES: ReadonlySet<string> = new Set(["PUT", "PATCH"]);

/**
 * Makes the function that puts actions into an upstream's own form.
 *
 *     rest:     POST /posts:update/1              → PATCH /posts/1
 *     nocobase: PATCH /posts/1                    → POST /api/posts:update?filterByTk=1
 *     directus: POST /posts:destroy?filterByTk=[1,2] → DELETE /items/posts, the keys in the body
 *     postgrest: PATCH /posts/1                      → PATCH /posts?id=eq.1
 *
 * An action without a meaning of its own (`publish`) stays as it is. A `PUT` or `PATCH` that came in REST form stays
 * what it is where the upstream updates by one of them.
 * @throws {GatewayError} NOT_TRANSLATABLE; METHOD_NOT_ALLOWED where a GET or HEAD would become a write; BAD_PATH for a
 *   key that can't be a path segment; BAD_QUERY for a `filterByTk` without a key
 * @see docs/requests.md, "Either form, any upstream"
 */
export function translator(facts: ApiFacts, primaryKeyOf: PrimaryKeyOf): Translate {
  const base = facts.prefix === "/" ? "" : facts.prefix;
  const templates = templatesOf(facts);

  return (action, method, query) => {
    const template = templates.get(action.name);
    if (template === undefined) return verbatim(base, action, method, query);
    if (template === null) {
      throw untranslatable(action, `this upstream has no request for ${action.name}`);
    }
    return translated(action, methodFor(action, method, template), template, query);
  };

  function translated(
    action: Action,
    method: string,
    template: Template,
    query: string,
  ): TranslatedLine {
    const place = placeOf(action);
    const without = base + filled(template, place, null, null);
    if (template.keyAt === null) return line(method, without, query);

    const [key = null, second] = action.keys;
    if (key === null) {
      assertMayLackKey(action, template, query);
      return line(method, without, query);
    }
    const primaryKey = primaryKeyOf(action.collection);
    // Where the key is a filter of the query, it is the action's already.
    const named = facts.form === "query" ? ["filterByTk", primaryKey] : ["filterByTk"];
    const rest = partsNamed(query, named, false);
    if (second !== undefined) return several(action, method, template, rest);
    const path = filled(template, place, encodedFor(template, key), primaryKey);
    return line(method, base + path, rest);
  }

  function several(
    action: Action,
    method: string,
    template: Template,
    query: string,
  ): TranslatedLine {
    const path = base + filled(template, placeOf(action), null, null);
    if (facts.severalKeys === "query") {
      const keys = action.keys.map((key) => `filterByTk[]=${encodeURIComponent(key)}`).join("&");
      return line(method, path, query === "" ? keys : `${keys}&${query}`);
    }
    if (facts.severalKeys === "list") {
      const name = encodeURIComponent(primaryKeyOf(action.collection));
      const keys = `${name}=in.${encodeURIComponent(listOfKeys(action.keys))}`;
      return line(method, path, query === "" ? keys : `${keys}&${query}`);
    }
    const inBody = facts.severalKeys === "body" && template.keyAt === "end";
    if (inBody && action.name === "destroy") return { ...line(method, path, query), bulk: "keys" };
    if (inBody && action.name === "update") {
      return { ...line(method, path, query), bulk: "keys-and-data" };
    }
    const why = `this upstream can't ${action.name} several records in one request; send one request a key`;
    throw untranslatable(action, why);
  }
}

/** The request templates, by action; null where the upstream has none. */
function templatesOf(facts: ApiFacts): ReadonlyMap<string, Template | null> {
  const { list, get, create, update, destroy, updateOrCreate } = facts;
  const all = Object.entries({ list, get, create, update, destroy, updateOrCreate });
  return new Map(all.map(([name, text]) => [name, text === null ? null : templateOf(text)]));
}

/** The method to send. What only looks must never become a write: a link or an image could ask for it. */
function methodFor({ name, form, collection }: Action, sent: string, template: Template): string {
  const own = template.method;
  if (READS.has(own)) return sent === "HEAD" ? "HEAD" : own;
  if (READS.has(sent)) {
    const message = `${sent} can't ask for ${collection}:${name}`;
    throw new GatewayError("METHOD_NOT_ALLOWED", message, { headers: { Allow: "POST" } });
  }
  return form === "rest" && CHANGES.has(sent) && CHANGES.has(own) ? sent : own;
}

/**
 * An upstream may update and destroy many records at its collection's path, by keys in the body or a filter in the URL. One
 * record can't be read there: the path is that of a list. And a `filterByTk` without a key must never mean "all records".
 */
function assertMayLackKey(action: Action, { keyAt }: Template, query: string): void {
  if (keyAt === "query") return;
  if (hasParameter(query, "filterByTk")) {
    throw new GatewayError("BAD_QUERY", "filterByTk should be a record key, or a list of them");
  }
  if (keyAt === "path" || action.name === "get") {
    throw untranslatable(action, `this upstream needs a key to ${action.name} a record`);
  }
}

const encodedFor = ({ keyAt }: Template, key: string) =>
  keyAt === "query" ? encodeURIComponent(key) : asSegment(key);

/** `posts`, or `posts/1/comments`. */
function placeOf({ parent, collection }: Action): string {
  const words =
    parent === null ? [collection] : [parent.collection, parent.key, parent.association];
  return words.map(asSegment).join("/");
}

/** An action of the upstream's own: `/posts:publish/1`. A key of the query stays there. */
function verbatim(base: string, action: Action, method: string, query: string): TranslatedLine {
  const path = `${base}/${placeOf(action)}:${asSegment(action.name)}`;
  const [key = null, second] = action.keys;
  const inPath = key !== null && second === undefined && !hasParameter(query, "filterByTk");
  return line(method, inPath ? `${path}/${asSegment(key)}` : path, query);
}

function line(method: string, path: string, query: string): TranslatedLine {
  if (query === "") return { method, path };
  return { method, path: `${path}${path.includes("?") ? "&" : "?"}${query}` };
}

function untranslatable({ collection, name }: Action, why: string): GatewayError {
  return new GatewayError("NOT_TRANSLATABLE", `${collection}:${name} can't be sent: ${why}`);
}
