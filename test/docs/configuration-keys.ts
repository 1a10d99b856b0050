import { readFileSync } from "node:fs";
import type { z } from "zod";
import { fileSchema } from "../../src/config/schema/file.ts";
import { stepSchema, workflowSchema } from "../../src/config/schema/workflow.ts";
import { below, keysOf } from "../../src/config/schema/walk.ts";
import { presets } from "../../src/proxy/apis/index.ts";

/** The schemas that the page tells of, where they stand, and the least that is legal where a key of theirs can be left out. */
export interface Part {
  readonly prefix: string;
  readonly schema: z.ZodType;
  readonly base: object;
}

const upstream = { url: "http://127.0.0.1:3000" };
const jwt = { secret: "a-secret", algorithms: ["HS256"] };
const whole = {
  upstream: { ...upstream, api: { preset: "rest" } },
  identity: { jwt },
  collections: { "<name>": { associations: { "<name>": { collection: "categories" } } } },
  routes: [{ method: "POST", path: "/publish", collection: "posts", action: "publish" }],
};
const file = fileSchema(presets, "/", readFileSync);
/** The last one is for whatever the others are not for. */
export const parts: readonly Part[] = [
  { prefix: "workflows.<name>.steps[].", schema: stepSchema, base: {} },
  {
    prefix: "workflows.<name>.",
    schema: workflowSchema,
    base: { trigger: { type: "subflow" }, steps: [] },
  },
  { prefix: "", schema: file, base: whole },
];

/** The part that a key is of. */
export function partOf(path: string): Part {
  const part = parts.find(({ prefix }) => path.startsWith(prefix));
  if (!part) throw new Error(`no schema for ${path}`);
  if (path.startsWith("mail.")) return { ...part, base: { upstream, mail: { host: "h" } } };
  const asked = path.startsWith("identity.introspect");
  return asked ? { ...part, base: { upstream, identity: { introspect: { path: "/me" } } } } : part;
}

/** A key of a schema. */
export interface Key {
  /** `collections.<name>.primaryKey`, `routes[].method` */
  readonly path: string;
  readonly schema: z.core.$ZodType;
  /** Whether it has no keys of its own that would stand for it. */
  readonly isEnd: boolean;
}

/** All keys of a schema. The facts of an upstream's API have a table of their own. */
export function keysBelow(schema: z.core.$ZodType | null, prefix: string): Key[] {
  if (schema === null) return [];
  return keysOf(schema).flatMap((name) => {
    const path = `${prefix}${name}`;
    const own = below(schema, name, {});
    if (own === null || isFact(path)) return [];
    const each = (own as z.ZodType).safeParse([]).success ? "[]" : ".<name>";
    const inner = [
      ...keysBelow(own, `${path}.`),
      ...keysBelow(below(own, each, {}), `${path}${each}.`),
    ];
    return [{ path, schema: own, isEnd: keysOf(own).length === 0 }, ...inner];
  });
}

const isFact = (path: string) => path.startsWith("upstream.api.") && path !== "upstream.api.preset";

/** Whether a schema fills in a value, be it by `default` or `prefault`. An empty section is none. */
export function hasDefault(schema: z.core.$ZodType | undefined): boolean {
  const def = (schema as z.ZodType | undefined)?.def as {
    defaultValue?: unknown;
    innerType?: z.core.$ZodType;
  };
  if ((def.defaultValue ?? null) !== null) return true;
  return def.innerType !== undefined && hasDefault(def.innerType);
}

/** `routes[].method` → `["routes", "0", "method"]`, from where its part begins. */
export function placeOf(path: string): string[] {
  const { prefix } = partOf(path);
  return path.slice(prefix.length).replaceAll("[]", ".0").split(".");
}

/** A copy with one value changed or, without a value, left out. */
export function withValue(base: object, place: readonly string[], value?: unknown): object {
  const copy = structuredClone(base);
  let at = copy as Record<string, unknown>;
  for (const name of place.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>;
  const last = place.at(-1) ?? "";
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}
