import { type JsonObject, jsonText } from "../../src/model/json.ts";

/** The keys whose values say best what a step of a type does, in the order in which they are told. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  condition: ["if"],
  loop: ["over"],
  parallel: ["mode"],
  delay: ["for", "then"],
  end: ["status"],
  output: ["value"],
  subflow: ["workflow"],
  "response-message": ["message"],
  response: ["status"],
  "set-request": ["values", "query", "headers"],
  "set-response": ["status", "body", "headers"],
  variable: ["name", "value"],
  calculation: ["value"],
  query: ["collection", "key", "filter"],
  create: ["collection", "values"],
  update: ["collection", "key", "filter"],
  destroy: ["collection", "key", "filter"],
  aggregate: ["function", "field", "collection"],
  request: ["method", "url"],
  log: ["message"],
  mail: ["to", "subject"],
  sql: ["sql"],
  wait: ["title", "choices"],
  "json-query": ["expression"],
  validate: ["schema"],
};

/** The types whose steps act outside the run: a replay does it again. */
const ACTING = new Set(["create", "update", "destroy", "request", "sql", "mail", "subflow"]);

/** Whether a step acts outside the run. */
export const acts = (type: string) => ACTING.has(type);

/** One line of what a step does, from its definition: `POST https://…`. */
export function gistOf(type: string, raw: JsonObject): string {
  const told = (TELLING[type] ?? []).flatMap((key) => {
    const value = raw[key];
    if (value === undefined || (Array.isArray(value) && key === "then")) return [];
    return typeof value === "string" ? value : jsonText(value);
  });
  return told.join(" ").replaceAll(/\s+/g, " ").slice(0, 200);
}
