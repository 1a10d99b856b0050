import { type JsonObject, isJsonObject } from "../../src/model/json.ts";
import { headerValue } from "../../src/model/headers.ts";
import { type Answer, answerJson } from "./upstream.ts";

/**
 * A small upstream that behaves as PostgREST 12 does where it matters here: filters in the query, records in lists, `Prefer`.
 * Its exchanges follow the documentation of PostgREST: https://docs.postgrest.org/en/v12/references/api/tables_views.html
 * `tables` is changed in place.
 * @param maxRows db-max-rows: records of an answer, at most
 */
export function postgrest(tables: Map<string, JsonObject[]>, maxRows = Infinity): Answer {
  return (request, response, bytes) => {
    const { method = "", url = "" } = request;
    const { pathname, searchParams: query } = new URL(url, "http://upstream");
    const [, table = "", further] = pathname.split("/").map(decodeURIComponent);
    const all = tables.get(table);
    if (all === undefined || further !== undefined) {
      const message = "Could not find the table in the schema cache";
      return answerJson(response, 404, { code: "PGRST205", details: null, hint: null, message });
    }
    const prefer = headerValue(request.rawHeaders, "prefer") ?? "";
    const returns = prefer.includes("return=representation");
    const found = all.filter((record) => [...query].every((test) => passes(record, test)));
    if (method === "GET") {
      const from = Number(query.get("offset") ?? 0);
      const size = Math.min(Number(query.get("limit") ?? Infinity), maxRows);
      const page = inOrder(found, query.get("order")).slice(from, from + size);
      const total = prefer.includes("count=exact") ? String(found.length) : "*";
      const range = page.length === 0 ? "*" : `${from}-${from + page.length - 1}`;
      response.setHeader("Content-Range", `${range}/${total}`);
      return answerJson(
        response,
        200,
        page.map((record) => selected(record, query)),
      );
    }
    if (method === "POST") {
      const sent = JSON.parse(bytes.toString()) as JsonObject | JsonObject[];
      const made = [sent].flat().map((values, at) => ({ id: all.length + at + 1, ...values }));
      all.push(...made);
      if (returns)
        return answerJson(
          response,
          201,
          made.map((record) => selected(record, query)),
        );
      if (prefer.includes("return=headers-only")) {
        response.setHeader("Location", `/${table}?id=eq.${made[0]?.id}`);
      }
      return void response.writeHead(201).end();
    }
    if (method === "DELETE") {
      tables.set(
        table,
        all.filter((record) => !found.includes(record)),
      );
    } else {
      const values = JSON.parse(bytes.toString()) as JsonObject;
      for (const record of found) Object.assign(record, values);
    }
    if (!returns) return void response.writeHead(204).end();
    answerJson(
      response,
      200,
      found.map((record) => selected(record, query)),
    );
  };
}

const NOT_FIELDS: ReadonlySet<string> = new Set(["select", "order", "limit", "offset", "columns"]);

/** Whether a record passes `id=eq.1`, `id=in.("1","2")`, `age=gt.3`, `gone=is.null`, `or=(a.eq."1",b.eq."2")`. */
function passes(record: JsonObject, [name, test]: readonly [string, string]): boolean {
  if (NOT_FIELDS.has(name)) return true;
  if (name === "or") {
    return [...test.matchAll(/(\w+)\.(\w+)\."([^"]*)"/g)].some(([, field = "", word, value]) =>
      passes(record, [field, `${word}.${value}`]),
    );
  }
  const [, word = "", value = ""] = /^(\w+)\.(.*)$/s.exec(test) ?? [];
  const own = record[name] as string | number | boolean | null | undefined;
  if (word === "eq") return own !== null && own !== undefined && String(own) === value;
  if (word === "gt") return Number(own) > Number(value);
  if (word === "is") return String(own ?? null) === value;
  if (word === "in") {
    const items = [...value.matchAll(/"([^"]*)"|([^,()"]+)/g)];
    return items.some(([, quoted, plain]) => String(own) === (quoted ?? plain));
  }
  throw new Error(`not an operator here: ${test}`);
}

/** By one field: `title`, `id.desc`. */
function inOrder(records: readonly JsonObject[], order: string | null): readonly JsonObject[] {
  const [field = "", direction] = order?.split(".") ?? [];
  if (field === "") return records;
  const sign = direction === "desc" ? -1 : 1;
  const less = (one: JsonObject, other: JsonObject) =>
    (one[field] as number) < (other[field] as number);
  return records.toSorted((one, other) => sign * (less(one, other) ? -1 : 1));
}

/** The columns of `select`; tables that are embedded stand in the record already: `select=*,category(*)`. */
function selected(record: JsonObject, query: URLSearchParams): JsonObject {
  const words = (query.get("select") ?? "*").split(",");
  const kept = Object.entries(record).filter(([name, value]) =>
    isJsonObject(value)
      ? words.includes(`${name}(*)`)
      : words.includes("*") || words.includes(name),
  );
  return Object.fromEntries(kept);
}
