import { parse as parseSimple } from "node:querystring";
import qs from "qs";

/** A value that a server finds in a form, under the path that leads to it: `["a", "b", "0"]`. */
export type Found = readonly [path: readonly string[], value: string];

/** How one kind of server reads a form. Null: it refuses it. */
export type FormReader = (form: Buffer) => Found[] | null;

/** The separators of a form: `&`. Python and Rack took `;` too, before CVE-2021-23336 was fixed. */
const AND = /&/;
const AND_OR_SEMICOLON = /[&;] */;

/** Decoded, with every byte that is not UTF-8 replaced, as most readers do. @param text a character a byte */
function decoded(text: string): string {
  const bytes = text
    .replaceAll("+", " ")
    .replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

function pairsOf(form: Buffer, parting: RegExp): [name: string, value: string][] {
  return form
    .toString("latin1")
    .split(parting)
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", ...value] = part.split("=");
      return [decoded(name), decoded(value.join("="))];
    });
}

/** A tree of the values that a reader gives, as paths. */
function leaves(value: unknown, path: readonly string[] = []): Found[] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

/** `app.use(express.urlencoded({ extended: true }))`: the real qs, with the options of body-parser. */
const expressExtended: FormReader = (form) => {
  const options = { allowPrototypes: true, depth: 32, arrayLimit: 100, strictDepth: true };
  try {
    return leaves(qs.parse(form.toString("utf8"), options));
  } catch {
    return null;
  }
};

/** qs as koa-bodyparser has it: other limits, and no names of prototypes. */
const koa: FormReader = (form) => leaves(qs.parse(form.toString("utf8"), { arrayLimit: 1_000 }));

/** `extended: false`: the real querystring of Node. Applications read `body["a[b]"]`. */
const expressSimple: FormReader = (form) => {
  const flat = Object.entries(parseSimple(form.toString("utf8")));
  return bracketed(
    flat.flatMap(([name, values]) => [values ?? []].flat().map((one) => [name, one])),
  );
};

/** Werkzeug, as Flask's `request.form`: names as they are, `form["a"]` is the first value, `getlist("a")` all. */
const werkzeug =
  (parting: RegExp): FormReader =>
  (form) =>
    bracketed(pairsOf(form, parting));

/** Names of a flat reader as paths: `a[b]` → a, b; the n-th `a[]` → a, n. */
function bracketed(pairs: readonly (readonly [string, string])[]): Found[] {
  const counts = new Map<string, number>();
  return pairs.map(([name, value]) => {
    const path = /^[^[\]]+(\[[^[\]]*\])*$/.test(name)
      ? name.replaceAll("]", "").split("[")
      : [name];
    const last = path.at(-1) === "" ? path.slice(0, -1) : path;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return [path === last && count === 0 ? path : [...last, String(count)], value] as const;
  });
}

/** A PHP array. */
type PhpArray = Map<string, string | PhpArray>;

/** PHP's `$_POST`: `php_register_variable_ex`. */
const php: FormReader = (form) => {
  const post: PhpArray = new Map();
  for (const [given, value] of pairsOf(form, AND)) {
    const name = (given.split("\0")[0] ?? "").replace(/^ +/, "");
    const bracket = name.indexOf("[");
    const head = (bracket < 0 ? name : name.slice(0, bracket)).replace(/[ .]/g, "_");
    if (head === "") continue;
    const [keys, broken] = phpKeys(bracket < 0 ? "" : name.slice(bracket));
    phpSet(
      post,
      keys.length === 0 && broken !== "" ? [`${head}${broken}`] : [head, ...keys],
      value,
    );
  }
  return phpLeaves(post, []);
};

/** The keys of `[a][][b]rest`; `_a` of `[a`. */
function phpKeys(text: string): [keys: (string | null)[], broken: string] {
  const keys: (string | null)[] = [];
  let rest = text;
  while (rest.startsWith("[")) {
    const end = rest.indexOf("]");
    if (end < 0) return [keys, keys.length === 0 ? `_${rest.slice(1)}` : ""];
    const key = rest.slice(1, end).replace(/^\s+/, "");
    keys.push(key === "" ? null : key);
    rest = rest.slice(end + 1);
  }
  return [keys, ""];
}

function phpSet(array: PhpArray, [key = null, ...rest]: readonly (string | null)[], value: string) {
  const numbers = [...array.keys()].filter((one) => /^\d+$/.test(one)).map(Number);
  const name = key ?? String(Math.max(-1, ...numbers) + 1);
  if (rest.length === 0) return void array.set(name, value);
  const taken = array.get(name);
  const inner: PhpArray = taken instanceof Map ? taken : new Map();
  array.set(name, inner);
  phpSet(inner, rest, value);
}

const phpLeaves = (array: PhpArray, path: readonly string[]): Found[] =>
  [...array].flatMap(([name, one]): Found[] =>
    one instanceof Map ? phpLeaves(one, [...path, name]) : [[[...path, name], one]],
  );

/** The values that Rack finds in a form. */
type RackValue = string | RackValue[] | { [name: string]: RackValue };

/** Rack's `parse_nested_query`, as Rails and Sinatra have it. */
const rack =
  (parting: RegExp): FormReader =>
  (form) => {
    const params = Object.create(null) as Record<string, RackValue>;
    try {
      for (const [name, value] of pairsOf(form, parting)) normalize(params, name, value);
    } catch {
      return null;
    }
    return leaves(params);
  };

function normalize(params: Record<string, RackValue>, name: string, value: string): void {
  const [all = "", key = ""] = /^[[\]]*([^[\]]+)\]*/.exec(name) ?? [];
  const after = name.slice(all.length);
  if (key === "") return;
  if (after === "") return void (params[key] = value);
  if (after === "[") return void (params[name] = value);
  const child = /^\[\]\[([^[\]]+)\]$/.exec(after)?.[1] ?? /^\[\](.+)$/.exec(after)?.[1];
  if (after === "[]" || child !== undefined) {
    const list = (params[key] ??= []);
    if (!Array.isArray(list)) throw new TypeError("expected Array");
    if (child === undefined) return void list.push(value);
    const last = list.at(-1);
    const isOpen = isHash(last) && !(child in last);
    const hash = isOpen ? last : (Object.create(null) as Record<string, RackValue>);
    if (!isOpen) list.push(hash);
    return normalize(hash, child, value);
  }
  const hash = (params[key] ??= Object.create(null) as Record<string, RackValue>);
  if (!isHash(hash)) throw new TypeError("expected Hash");
  return normalize(hash, after, value);
}

const isHash = (value: RackValue | undefined): value is Record<string, RackValue> =>
  typeof value === "object" && !Array.isArray(value);

/** How servers read forms: some for real, the others by their rules. */
export const formReaders: Readonly<Record<string, FormReader>> = {
  "Express, extended": expressExtended,
  "Express, simple": expressSimple,
  Koa: koa,
  PHP: php,
  Rack: rack(AND),
  "Rack before 2.2.3": rack(AND_OR_SEMICOLON),
  Werkzeug: werkzeug(AND),
  "Werkzeug before 2.3": werkzeug(AND_OR_SEMICOLON),
};
