import { isDeepStrictEqual } from "node:util";
import { type Json, type JsonObject, isJsonObject } from "../../src/model/json.ts";
import { type Answer, answerJson } from "./upstream.ts";

/** Records of a page that is not asked for otherwise. */
const PAGE_SIZE = 100;

/** When everything is made here. */
const THEN = "2026-01-02T03:04:05.678Z";

/**
 * A small upstream that behaves as Parse Server does where it matters here: answers to writes tell keys and times only, lists
 * stand in `results`, associations are pointers until they are included, and a session that it does not know is 400. `objects`
 * is changed in place.
 * @param sessions users by their session tokens
 */
export function parse(
  objects: Map<string, JsonObject[]>,
  sessions: ReadonlyMap<string, JsonObject> = new Map(),
): Answer {
  return ({ method = "", url = "", headers }, response, bytes) => {
    const { pathname, searchParams: query } = new URL(url, "http://upstream");
    if (pathname === "/parse/users/me") {
      if (headers["x-parse-application-id"] !== "blog") {
        return answerJson(response, 403, { error: "unauthorized" });
      }
      const sessionToken = headers["x-parse-session-token"] as string | undefined;
      const user = sessions.get(sessionToken ?? "");
      return user && sessionToken !== undefined
        ? answerJson(response, 200, { ...user, sessionToken })
        : answerJson(response, 400, { code: 209, error: "Invalid session token" });
    }
    const [, , , name = "", objectId] = pathname.split("/").map(decodeURIComponent);
    const all = objects.get(name) ?? [];
    objects.set(name, all);
    const found = all.find((object) => object["objectId"] === objectId);
    if (objectId !== undefined && found === undefined) {
      return answerJson(response, 404, { code: 101, error: "Object not found." });
    }
    if (method === "GET" && found)
      return answerJson(response, 200, included(found, query, objects));
    if (method === "GET") {
      const where = JSON.parse(query.get("where") ?? "{}") as JsonObject;
      const matching = all.filter((object) => passes(object, where));
      const from = Number(query.get("skip") ?? 0);
      const page = matching.slice(from, from + Number(query.get("limit") ?? PAGE_SIZE));
      return answerJson(response, 200, {
        results: page.map((object) => included(object, query, objects)),
        ...(query.get("count") === "1" && { count: matching.length }),
      });
    }
    if (method === "DELETE") {
      objects.set(
        name,
        all.filter((object) => object !== found),
      );
      return answerJson(response, 200, {});
    }
    const values = JSON.parse(bytes.toString()) as JsonObject;
    if (found) {
      Object.assign(found, values, { updatedAt: THEN });
      return answerJson(response, 200, { updatedAt: THEN });
    }
    const made = { objectId: `o${all.length + 1}`, createdAt: THEN };
    all.push({ ...values, ...made, updatedAt: THEN });
    response.setHeader("Location", `http://upstream/parse/classes/${name}/${made.objectId}`);
    answerJson(response, 201, made);
  };
}

/** Equality, `$gt` and `$in`. */
const passes = (object: JsonObject, where: JsonObject): boolean =>
  Object.entries(where).every(([field, test]) => {
    const own = object[field] ?? null;
    if (!isJsonObject(test)) return isDeepStrictEqual(own, test);
    return Object.entries(test).every(([word, wanted]) => {
      if (word === "$gt") return Number(own) > Number(wanted);
      if (word === "$in") return (wanted as Json[]).includes(own);
      throw new Error(`not an operator here: ${word}`);
    });
  });

/** An object with those in place of the pointers that are asked for. */
function included(
  object: JsonObject,
  query: URLSearchParams,
  objects: ReadonlyMap<string, readonly JsonObject[]>,
): JsonObject {
  const names = (query.get("include") ?? "").split(",");
  const shown = Object.entries(object).map(([name, value]) => {
    if (!names.includes(name) || !isJsonObject(value)) return [name, value] as const;
    const { className, objectId } = value;
    const other = objects.get(className as string)?.find((one) => one["objectId"] === objectId);
    return [name, { ...other, __type: "Object", className: className ?? null }] as const;
  });
  return Object.fromEntries(shown);
}
