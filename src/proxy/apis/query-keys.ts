import { GatewayError } from "../../model/errors.ts";
import type { PrimaryKeyOf } from "../../model/primary-key.ts";
import { hasParameter, outermostName } from "../../model/query.ts";
import type { ApiFacts, KeysInQuery } from "../../model/upstream-api.ts";

/** The actions that change the records that a query names. */
const CHANGES: ReadonlySet<string> = new Set(["update", "destroy"]);

/**
 * Makes the function that reads record keys from an upstream's own query, as PostgREST has them:
 *
 *     PATCH /posts?id=eq.1                   → ["1"]
 *     PATCH /posts?id=in.(1,"a,b")&read=is.true → ["1", "a,b"]
 *     PATCH /posts?id=gt.1, ?status=eq.draft → null: a filter of many
 *
 * Other conditions beside it can only leave out records that it names.
 * @throws {GatewayError} BAD_QUERY for a key that is named twice, and a list that can't be read
 */
export function queryKeys(
  { form }: Pick<ApiFacts, "form">,
  primaryKeyOf: PrimaryKeyOf,
): KeysInQuery {
  if (form !== "query") return () => null;

  return ({ collection, name }, query) => {
    const primaryKey = primaryKeyOf(collection);
    if (!CHANGES.has(name) || !hasParameter(query, primaryKey)) return null;
    const [own = "", another] = query
      .split("&")
      .filter((part) => outermostName(part) === primaryKey);
    const [[written, test] = ["", ""]] = [...new URLSearchParams(own)];
    if (another !== undefined || written !== primaryKey) {
      throw badKeys(`The query names ${primaryKey} in a way that can be read as another record`);
    }
    if (test.startsWith("eq.")) return [test.slice("eq.".length)];
    return test.startsWith("in.") ? keysInList(test.slice("in.".length)) : null;
  };
}

/** Keys as one list of PostgREST: `("1","a,b")`. */
export const listOfKeys = (keys: readonly string[]): string =>
  `(${keys.map((key) => `"${key.replace(/["\\]/g, "\\$&")}"`).join(",")})`;

const ITEM = /\s*(?:"((?:[^"\\]|\\.)*)"|([^,()"]*))\s*(,|$)/sy;

/** The keys in `(1,"a,b")`. */
function keysInList(text: string): readonly string[] {
  const inside = /^\((.+)\)$/s.exec(text)?.[1];
  if (inside === undefined) throw badKeys("The query names a list of keys that can't be read");
  const keys: string[] = [];
  ITEM.lastIndex = 0;
  for (let more = true; more;) {
    const found = ITEM.exec(inside);
    const [, quoted, plain = "", end] = found ?? [];
    const key = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/gs, "$1");
    if (found === null || key === "")
      throw badKeys("The query names a list of keys that can't be read");
    keys.push(key);
    more = end === ",";
  }
  return keys;
}

const badKeys = (message: string) => new GatewayError("BAD_QUERY", message);
