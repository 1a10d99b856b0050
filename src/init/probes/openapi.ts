import { parse } from "yaml";
import { type Json, isJsonObject } from "../../model/json.ts";
import { type Found, collectionsOf } from "../found.ts";
import type { Probe } from "../probe.ts";

/** Where frameworks serve their description: FastAPI, many others, Spring, NestJS, Fastify. */
const PLACES = ["/openapi.json", "/swagger.json", "/v3/api-docs", "/api-json", "/docs/json"];

/** An API that describes itself in one of the usual places. */
export const openapi: Probe = async (url, ask) => {
  const answers = await Promise.all(PLACES.map(ask));
  const at = answers.findIndex((answer) => answer?.status === 200 && isDescription(answer.json));
  return at === -1 ? null : described(answers[at]?.json ?? null, url, `it answers ${PLACES[at]}`);
};

/**
 * The upstream that a description is of, JSON or YAML; null when the text is not one.
 * @param from where the text comes from: a server that is named without its host is there
 */
export function describedBy(text: string, from: string, because: string): Found | null {
  const description = readDescription(text);
  if (!isDescription(description)) return null;
  const url = serverOf(description, from);
  return described(description, url.origin, because);
}

function readDescription(text: string): Json {
  try {
    return parse(text) as Json;
  } catch {
    return null;
  }
}

const isDescription = (value: Json): boolean =>
  isJsonObject(value) &&
  ("openapi" in value || "swagger" in value) &&
  isJsonObject(value["paths"] ?? null);

function described(description: Json, url: string, because: string): Found {
  const paths = isJsonObject(description) ? (description["paths"] ?? null) : null;
  const base = serverOf(description, url).pathname.replace(/\/+$/, "");
  const { prefix, names } = collectionsIn(isJsonObject(paths) ? paths : {});
  const own = new URL(url).pathname.replace(/\/+$/, "");
  // A path of the URL that was asked is a part of it already.
  const whole = `${base.startsWith(own) ? base.slice(own.length) : base}${prefix}`;
  return {
    name: "an API with an OpenAPI description",
    api: "rest",
    url,
    prefix: /^(\/[\w.~-]+)+$/.test(whole) ? whole : null,
    collections: collectionsOf(names),
    because,
    identity: null,
  };
}

/** The first server of a description, of OpenAPI 3 or Swagger 2. */
function serverOf(description: Json, from: string): URL {
  const { servers = null, basePath = null } = isJsonObject(description) ? description : {};
  const [first = null] = Array.isArray(servers) ? (servers as Json[]) : [];
  const written = isJsonObject(first) ? first["url"] : basePath;
  const usable =
    typeof written === "string" && !/[{}]/.test(written) && URL.canParse(written, from);
  const url = new URL(usable ? written : "/", from);
  return /^https?:$/.test(url.protocol) ? url : new URL("/", from);
}

/** `/v1/posts` beside `/v1/posts/{id}` → the collection `posts` below `/v1`. The prefix that most collections share. */
function collectionsIn(paths: Readonly<Record<string, Json>>): {
  readonly prefix: string;
  readonly names: readonly string[];
} {
  const found = new Map<string, string[]>();
  for (const path of Object.keys(paths)) {
    const [, prefix, name] = /^((?:\/[^/{}]+)*)\/([^/{}]+)\/\{[^/{}]+\}\/?$/.exec(path) ?? [];
    if (prefix === undefined || name === undefined) continue;
    found.set(prefix, [...(found.get(prefix) ?? []), name]);
  }
  const [most = ["", []]] = [...found].toSorted(([, a], [, b]) => b.length - a.length);
  return { prefix: most[0], names: most[1] };
}
