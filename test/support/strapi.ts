import type { Json, JsonObject } from "../../src/model/json.ts";
import { type Answer, answerJson } from "./upstream.ts";

/** Strapi's own defaults: records of a page, and the most that may be asked for. */
const PAGE_SIZE = 25;
const MAX_PAGE_SIZE = 100;

/**
 * A small upstream that behaves as Strapi 5 does where it matters here: `documentId`, records in a `data` envelope both ways,
 * lists in pages, `filters`, `sort`, `fields` and `populate`. `entries` is changed in place.
 */
export function strapi(entries: Map<string, JsonObject[]>): Answer {
  return ({ method = "", url = "" }, response, bytes) => {
    const { pathname, searchParams: query } = new URL(url, "http://upstream");
    const [, , collection = "", documentId] = pathname.split("/").map(decodeURIComponent);
    const all = entries.get(collection) ?? [];
    entries.set(collection, all);
    const body =
      bytes.length === 0 ? null : (JSON.parse(bytes.toString()) as { data?: JsonObject });
    const found = all.find((entry) => entry["documentId"] === documentId);
    if (documentId !== undefined && found === undefined) {
      return answerJson(response, 404, {
        data: null,
        error: { status: 404, name: "NotFoundError" },
      });
    }
    if (method === "GET" && !found) return answerJson(response, 200, page(all, query));
    if (method === "DELETE") {
      entries.set(
        collection,
        all.filter((entry) => entry !== found),
      );
      return void response.writeHead(204).end();
    }
    if (method !== "GET" && body?.data === undefined) {
      return answerJson(response, 400, {
        data: null,
        error: { message: 'Missing "data" payload' },
      });
    }
    if (method === "GET") return answerJson(response, 200, { data: shown(found ?? {}, query) });
    if (found) {
      Object.assign(found, body?.data);
      return answerJson(response, 200, { data: shown(found, query) });
    }
    const made = { id: all.length + 1, documentId: `d${all.length + 1}`, ...body?.data };
    all.push(made);
    return answerJson(response, 201, { data: shown(made, query) });
  };
}

function page(all: readonly JsonObject[], query: URLSearchParams): Json {
  const tests = [...query].flatMap(([name, value]) => {
    const field = /^filters\[(.+)\]\[\$eq\]$/.exec(name)?.[1];
    return field === undefined ? [] : [[field, value] as const];
  });
  const found = all.filter((entry) =>
    tests.every(([field, value]) => (entry[field] ?? null) === value),
  );
  const number = Number(query.get("pagination[page]") ?? 1);
  const size = Math.min(Number(query.get("pagination[pageSize]") ?? PAGE_SIZE), MAX_PAGE_SIZE);
  const sorted = inOrder(found, query.get("sort"));
  const data = sorted.slice((number - 1) * size, number * size).map((entry) => shown(entry, query));
  return { data, meta: { pagination: { page: number, pageSize: size, total: found.length } } };
}

/** By one field: `title`, `id:desc`. */
function inOrder(entries: readonly JsonObject[], sort: string | null): readonly JsonObject[] {
  const [field = "", direction] = sort?.split(":") ?? [];
  if (field === "") return entries;
  const sign = direction === "desc" ? -1 : 1;
  const isLess = (one: JsonObject, other: JsonObject) =>
    (one[field] as number) < (other[field] as number);
  return entries.toSorted((one, other) => sign * (isLess(one, other) ? -1 : 1));
}

/** What of an entry is told: relations only when they are populated, the keys always. */
function shown(entry: JsonObject, query: URLSearchParams): JsonObject {
  const listed = [...query]
    .filter(([name]) => /^fields\b/.test(name))
    .flatMap(([, value]) => value.split(","));
  const populated = new Set(
    [...query].filter(([name]) => /^populate\b/.test(name)).map(([, value]) => value),
  );
  const kept = Object.entries(entry).filter(([name, value]) => {
    if (name === "id" || name === "documentId") return true;
    if (typeof value === "object" && value !== null) return populated.has(name);
    return listed.length === 0 || listed.includes(name);
  });
  return Object.fromEntries(kept);
}
