import type { Action } from "../../model/action.ts";
import { GatewayError } from "../../model/errors.ts";
import { encodeSegment } from "../../model/path-segment.ts";
import { partsNamed } from "../../model/query.ts";
import type { ApiFacts, Translate, TranslatedLine } from "../../model/upstream-api.ts";

/** Makes the function that puts actions into an upstream's own form. SPEC, section 2. */
export function translator(facts: ApiFacts): Translate {
  const base = facts.prefix === "/" ? "" : facts.prefix;
  const isRest = !facts.create.includes("}:");

  return (action, method, query) => {
    const { name, keys, form } = action;
    const place = placeOf(action);
    const template = facts[name as "create"] as string | null;
    if (template === null) throw untranslatable(action, `this upstream has no request for ${name}`);
    if (name === "get" && keys.length === 0) throw untranslatable(action, "get needs a key");

    const rest = partsNamed(query, ["filterByTk"], false);
    if (keys.length > 1) return severalKeys(action, template, rest);
    const [own = "", path = ""] = template.split(" ", 2);
    const chosen = isRest && form === "rest" && method !== "HEAD" ? method : headOr(method, own);
    return lineOf(chosen, base + withKey(path, place, keys[0]), rest);
  };

  function severalKeys(action: Action, template: string, query: string): TranslatedLine {
    const [method = "", path = ""] = template.split(" ", 2);
    const bare = base + withKey(path, placeOf(action), undefined);
    if (facts.severalKeys === "query") {
      const keys = action.keys.map((key) => `filterByTk[]=${encodeURIComponent(key)}`);
      return lineOf(method, bare, [...keys, query].filter((part) => part !== "").join("&"));
    }
    if (facts.severalKeys === "body" && action.name === "destroy") {
      return { ...lineOf(method, bare, query), bulk: "keys" };
    }
    if (facts.severalKeys === "body" && action.name === "update") {
      return { ...lineOf(method, bare, query), bulk: "keys-and-data" };
    }
    throw untranslatable(
      action,
      "this upstream takes one key in a request; send one request a key",
    );
  }
}

const headOr = (method: string, own: string) => (method === "HEAD" && own === "GET" ? "HEAD" : own);

/** `posts`, or `posts/1/comments`. */
function placeOf({ parent, collection }: Action): string {
  const words =
    parent === null ? [collection] : [parent.collection, parent.key, parent.association];
  return words.map(encodeSegment).join("/");
}

/** Fills a template's path; without a key, the place for it goes. */
function withKey(path: string, place: string, key: string | undefined): string {
  const filled = path.replace("{collection}", () => place);
  if (key === undefined) return filled.replace(/[/?]?(\w+=)?\{key\}/, "");
  return filled.replace(
    /([/=])\{key\}/,
    (_all, mark: string) => mark + (mark === "=" ? encodeURIComponent(key) : encodeSegment(key)),
  );
}

function lineOf(method: string, path: string, query: string): TranslatedLine {
  if (query === "") return { method, path };
  return { method, path: `${path}${path.includes("?") ? "&" : "?"}${query}` };
}

function untranslatable({ collection, name }: Action, why: string): GatewayError {
  return new GatewayError(
    "NOT_TRANSLATABLE",
    `${collection}:${name} can't be put to the upstream: ${why}`,
  );
}
