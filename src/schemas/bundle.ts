import { isJsonObject } from "../model/json.ts";
import type { SchemaDocument, SchemaMistake, SchemaPlace } from "../model/json-schema.ts";
import { didYouMean } from "../model/nearest.ts";
import { type Found, identifiersIn, resolved } from "./identifiers.ts";
import { KEYWORDS, OPENAPI_KEYWORDS, schemasUnder } from "./keywords.ts";
import { fromOpenApi30, withoutReadOnly } from "./openapi30.ts";
import { patternMistake } from "./patterns.ts";

type Path = SchemaPlace["path"];

/** One schema that refers to nothing outside it, made of all that a schema refers to. */
export interface Bundle {
  /** `{ $ref: "#/$defs/0", $defs: { 0: …, 1: … } }` */
  readonly schema: { readonly $ref: string; readonly $defs: Readonly<Record<string, unknown>> };
  /** The places that `$defs` came from, by number. */
  readonly origins: readonly SchemaPlace[];
  readonly mistakes: readonly SchemaMistake[];
}

/** The identifiers of one document: addresses and anchors → the schemas that have them. */
interface Identifiers {
  readonly byAddress: ReadonlyMap<string, Found>;
}

/** Where a document of today's dialect is said to be of it. */
const DIALECT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/**
 * Gathers what a schema refers to, in its own document and in others. References are followed here and not by ajv, so
 * that each mistake has its place, and nothing is asked of the network.
 * @param formats the names of known formats
 */
export function bundle(
  start: SchemaPlace,
  documentAt: (address: string) => SchemaDocument | null,
  formats: ReadonlySet<string>,
): Bundle {
  const mistakes: SchemaMistake[] = [];
  const numbers = new Map<string, number>();
  const open: Found[] = [];
  const identifiers = new Map<string, Identifiers>();

  const identifiersOf = (address: string): Identifiers | null => {
    const known = identifiers.get(address);
    if (known) return known;
    const document = documentAt(address);
    if (document === null) return null;
    const made = { byAddress: identifiersIn(address, document) };
    identifiers.set(address, made);
    return made;
  };
  const numberOf = (found: Found): number => {
    const name = JSON.stringify([found.address, found.path]);
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const number = open.push(found) - 1;
    numbers.set(name, number);
    return number;
  };
  /** The place that a reference leads to, or why it leads nowhere. */
  const follow = (reference: string, base: string, from: string): Found | string => {
    if (!URL.canParse(reference, base)) return "is not a valid reference";
    const url = new URL(reference, base);
    const fragment = decoded(url.hash.slice(1));
    url.hash = "";
    const own = identifiersOf(from)?.byAddress.get(url.href);
    const document = own?.address ?? url.href;
    if (own === undefined && url.protocol !== "file:") {
      return "leads to another server; only references within the file and to files beside it are followed";
    }
    const target = own ?? identifiersOf(document)?.byAddress.get(url.href);
    if (target === undefined) return `leads to ${url.href}, which can't be read`;
    if (fragment === "") return target;
    if (!fragment.startsWith("/")) {
      const anchored = identifiersOf(document)?.byAddress.get(`${url.href}#${fragment}`);
      return anchored ?? `leads nowhere: there is no $anchor "${fragment}"`;
    }
    const path = [...target.path, ...fragment.slice(1).split("/").map(unescaped)];
    const value = documentAt(document)?.value;
    const read = walked(value, path);
    return read === null
      ? `leads nowhere: there is no ${fragment}`
      : { address: document, path: read.path, base: target.base };
  };

  const made = (value: unknown, at: Found, inOpenApi: SchemaDocument["dialect"]): unknown => {
    if (!isJsonObject(value)) return value;
    const report = (path: Path, message: string, key?: string) =>
      void mistakes.push({
        address: at.address,
        path: [...at.path, ...path],
        message,
        ...(key !== undefined && { key }),
      });
    const isOpenApi = inOpenApi !== "2020-12";
    const base = typeof value["$id"] === "string" ? resolved(value["$id"], at.base) : at.base;
    const under = (...path: Path): Found => ({ ...at, base, path: [...at.path, ...path] });
    const known = isOpenApi ? [...KEYWORDS, ...OPENAPI_KEYWORDS] : KEYWORDS;
    const entries = Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
      if (!known.includes(name)) {
        if (name.startsWith("x-")) return [];
        const hint = didYouMean(name, known);
        report([], `unknown keyword "${name}"${hint}`, name);
        return [];
      }
      switch (schemasUnder(name)) {
        case "schema":
          return [[name, made(item, under(name), inOpenApi)]];
        case "list":
          if (!Array.isArray(item)) return [[name, item]];
          return [[name, item.map((one, index) => made(one, under(name, index), inOpenApi))]];
        case "named": {
          if (!isJsonObject(item)) return [[name, item]];
          const named = Object.entries(item).map(([key, one]): [string, unknown] => {
            if (key === "__proto__") report([name], "__proto__ can't be described", key);
            const mistake = name === "patternProperties" ? patternMistake(key) : null;
            if (mistake !== null) report([name], mistake, key);
            return [key, made(one, under(name, key), inOpenApi)];
          });
          return [[name, Object.fromEntries(named)]];
        }
        case null:
      }
      if (name === "$ref" || name === "$dynamicRef") {
        if (typeof item !== "string") return [["$ref", item]];
        const target = follow(item, base, at.address);
        if (typeof target !== "string") return [["$ref", `#/$defs/${numberOf(target)}`]];
        report([name], `"${item}" ${target}`);
        return [];
      }
      if (name === "pattern" && typeof item === "string") {
        const mistake = patternMistake(item);
        if (mistake !== null) report([name], mistake);
      }
      if (name === "format" && typeof item === "string" && !formats.has(item)) {
        // OpenAPI lets formats be anything, and those that are not known mean nothing.
        if (!isOpenApi) {
          const hint =
            didYouMean(item, [...formats]) || `; known are ${[...formats].toSorted().join(", ")}`;
          report([name], `unknown format "${item}"${hint}`);
        }
        return [];
      }
      if (name === "$schema" && (typeof item !== "string" || !DIALECT.test(item))) {
        report([name], "only https://json-schema.org/draft/2020-12/schema is known");
      }
      return DROPPED.has(name) ? [] : [[name, item]];
    });
    const schema = Object.fromEntries(entries);
    if (!isOpenApi) return schema;
    const today = inOpenApi === "openapi 3.0" ? fromOpenApi30(schema) : schema;
    return withoutReadOnly(today);
  };

  const begin = identifiersOf(start.address)?.byAddress.get(start.address);
  numberOf({ ...start, base: begin?.base ?? start.address });
  const schemas: [string, unknown][] = [];
  for (let number = 0; number < open.length; number++) {
    const at = open[number] as Found;
    const document = documentAt(at.address);
    const value = walked(document?.value, at.path)?.value;
    schemas.push([String(number), made(value, at, document?.dialect ?? "2020-12")]);
  }
  return {
    schema: {
      $ref: "#/$defs/0",
      $defs: Object.fromEntries(schemas),
    },
    origins: open,
    mistakes,
  };
}

/** Keywords that have done their work, or that say nothing about values. */
const DROPPED: ReadonlySet<string> = new Set([
  "$anchor",
  "$dynamicAnchor",
  "$id",
  "$schema",
  "$vocabulary",
  "discriminator",
  "example",
  "externalDocs",
  "xml",
]);

/** The value at a path, and the path with indices as numbers; null when there is none. Only own members count. */
function walked(value: unknown, path: Path): { value: unknown; path: Path } | null {
  let at = value;
  const exact: (string | number)[] = [];
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return null;
    exact.push(Array.isArray(at) ? Number(name) : name);
    at = (at as Record<string, unknown>)[name];
  }
  return at === undefined ? null : { value: at, path: exact };
}

const unescaped = (part: string) => part.replaceAll("~1", "/").replaceAll("~0", "~");

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
