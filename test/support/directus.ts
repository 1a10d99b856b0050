import { isDeepStrictEqual } from "node:util";
import { type Json, type JsonObject, isJsonObject, jsonText } from "../../src/model/json.ts";
import { type Answer, answerJson } from "./upstream.ts";

/** What of a Directus is like a certain installation. */
export interface DirectusOptions {
  /** QUERY_LIMIT_MAX: records of a page, at most. */
  readonly maxLimit?: number;
}

/**
 * A small upstream that behaves as Directus 11 does where it matters here: many records in one body, `fields` and `limit`
 * on reads and writes, 204 after a DELETE. `items` is changed in place.
 */
export function directus(
  items: Map<string, JsonObject[]>,
  { maxLimit = Infinity }: DirectusOptions = {},
): Answer {
  return ({ method = "", url = "" }, response, bytes) => {
    const { pathname, searchParams: query } = new URL(url, "http://upstream");
    const [, , collection = "", key] = pathname.split("/").map(decodeURIComponent);
    const all = items.get(collection) ?? [];
    items.set(collection, all);
    const body = bytes.length === 0 ? null : (JSON.parse(bytes.toString()) as Json);
    const found =
      key === undefined ? undefined : all.find(({ id }) => jsonText(id ?? null) === key);
    if (key !== undefined && found === undefined) {
      return answerJson(response, 403, { errors: [{ message: "no such item" }] });
    }
    const shown = (record: JsonObject) => narrowed(record, query);
    const answerAll = (records: readonly JsonObject[]) =>
      answerJson(response, 200, { data: page(records, query, maxLimit).map(shown) });

    if (method === "GET" && found) return answerJson(response, 200, { data: shown(found) });
    if (method === "GET") {
      const filter = JSON.parse(query.get("filter") ?? "{}") as JsonObject;
      const matching = all.filter((item) => matches(item, filter));
      const counted = query.get("meta")?.includes("filter_count") === true;
      return answerJson(response, 200, {
        data: page(matching, query, maxLimit).map(shown),
        ...(counted && { meta: { filter_count: matching.length } }),
      });
    }
    if (method === "POST") {
      const made = ([body].flat() as JsonObject[]).map((item, at) => {
        const next = Math.max(0, ...all.map(({ id }) => Number(id))) + 1;
        return { id: next + at, ...item };
      });
      all.push(...made);
      return Array.isArray(body)
        ? answerAll(made)
        : answerJson(response, 200, { data: shown(made[0] ?? {}) });
    }
    const chosen = found ? [found] : chosenBy(body, all);
    if (method === "DELETE") {
      items.set(
        collection,
        all.filter((item) => !chosen.includes(item)),
      );
      return void response.writeHead(204).end();
    }
    const values = (item: JsonObject): JsonObject => {
      if (found) return body as JsonObject;
      if (Array.isArray(body))
        return (body as JsonObject[]).find(({ id }) => id === item["id"]) ?? {};
      return (body as { data: JsonObject }).data;
    };
    for (const item of chosen) Object.assign(item, values(item));
    return found ? answerJson(response, 200, { data: shown(found) }) : answerAll(chosen);
  };
}

/** The records that a bulk body means: `[1]`, `[{ id: 1 }]`, `{ keys }`, `{ query: { filter } }`. */
function chosenBy(body: Json, all: readonly JsonObject[]): JsonObject[] {
  const list = isJsonObject(body) ? body["keys"] : body;
  if (Array.isArray(list)) {
    const keys = new Set((list as Json[]).map((item) => (isJsonObject(item) ? item["id"] : item)));
    return all.filter(({ id = null }) => keys.has(id));
  }
  const { query } = body as { query?: { filter?: JsonObject } };
  return all.filter((item) => matches(item, query?.filter ?? {}));
}

/** Equality alone: `{ title: { _eq: "a" } }`. */
const matches = (item: JsonObject, filter: JsonObject): boolean =>
  Object.entries(filter).every(([name, test]) =>
    isDeepStrictEqual(item[name], isJsonObject(test) ? test["_eq"] : test),
  );

function page(records: readonly JsonObject[], query: URLSearchParams, maxLimit: number) {
  const asked = Number(query.get("limit") ?? 100);
  const limit = Math.min(asked < 0 ? Infinity : asked, maxLimit);
  const from = (Number(query.get("page") ?? 1) - 1) * limit || 0;
  return records.slice(from, from + limit);
}

function narrowed(record: JsonObject, query: URLSearchParams): JsonObject {
  const fields = query
    .getAll("fields")
    .concat(query.getAll("fields[]"))
    .flatMap((text) => text.split(","));
  const whole = fields.length === 0 || fields.includes("*");
  const kept = Object.entries(record).filter(([name]) => whole || fields.includes(name));
  const aliases = [...query].flatMap(([name, of]) => {
    const alias = /^alias\[(.+)\]$/.exec(name)?.[1];
    return alias === undefined || !fields.includes(alias)
      ? []
      : [[alias, record[of] ?? null] as const];
  });
  return Object.fromEntries([...kept, ...aliases]);
}
