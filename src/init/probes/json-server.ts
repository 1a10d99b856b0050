import { isJsonObject } from "../../model/json.ts";
import { type Collection, collectionsOf } from "../found.ts";
import type { Probe } from "../probe.ts";

/**
 * json-server gives its whole database under `/db`: a list for each collection.
 * @see https://github.com/typicode/json-server/tree/v0
 */
export const jsonServer: Probe = async (url, ask) => {
  const [database, page] = await Promise.all([ask("/db"), ask("/")]);
  if (!page?.text.includes("JSON Server")) return null;
  const all = database?.status === 200 && isJsonObject(database.json) ? database.json : {};
  const names = collectionsOf(Object.keys(all).filter((name) => Array.isArray(all[name])));
  return {
    name: "json-server",
    api: "rest",
    url,
    prefix: null,
    collections: names.map(({ name }) => withAssociations(name, all[name], names)),
    because: "its page / says so",
    identity: null,
  };
};

/** By json-server's convention `categoryId` leads to a record of `categories`. */
function withAssociations(name: string, records: unknown, all: readonly Collection[]): Collection {
  const [first] = Array.isArray(records) ? (records as unknown[]) : [];
  const fields = isJsonObject(first) ? Object.keys(first) : [];
  const known = new Set(all.map((one) => one.name));
  const found = fields.flatMap((field) => {
    const word = /^([A-Za-z]\w*)Id$/.exec(field)?.[1];
    const target = word === undefined ? undefined : plurals(word).find((one) => known.has(one));
    return word === undefined || target === undefined ? [] : [[word, target] as const];
  });
  return { name, associations: Object.fromEntries(found) };
}

/** `category` → `categorys`, `categories`, `categoryes`. */
const plurals = (word: string): string[] => [`${word}s`, word.replace(/y$/, "ies"), `${word}es`];
