import { z } from "zod";
import type { UpstreamConfig } from "../../model/config.ts";
import { type ApiFacts, type ApiPresets, apiFacts } from "../../model/upstream-api.ts";
import { duration, headers, text } from "./words.ts";

const url = z
  .url({ protocol: /^https?$/, error: "should be a URL: http://127.0.0.1:3000" })
  .superRefine((value, context) => {
    if (!URL.canParse(value)) return;
    const { username, password, search, hash } = new URL(value);
    if (username + password !== "")
      context.addIssue("should hold no credentials; put them into upstream.headers");
    if (search + hash !== "") context.addIssue("should be an origin and a path, without ? or #");
  });

const prefix = z
  .string()
  .regex(/^\/[^?#\\\s]*$/, { error: "should be a path: / or /api" })
  .transform((path) => path.replace(/(?<=.)\/+$/, ""));

/** `upstream:`, by the presets there are. */
export function upstreamSchema(presets: ApiPresets): z.ZodType<UpstreamConfig> {
  const name = z.enum([...presets.keys()]);
  const api = z.union([name, apiFacts.partial().extend({ preset: name })], {
    error: `should be ${[...presets.keys()].join(", ")}, or { preset: …, and facts to override }`,
  });
  return z
    .strictObject({
      url,
      api: api.default("rest"),
      prefix: prefix.optional(),
      timeout: duration.prefault("30s"),
      caseSensitive: z.boolean().default(false),
      headers: headers.default({}),
    })
    .transform(({ api: chosen, prefix: own, ...rest }) => {
      const { preset, ...overrides } = typeof chosen === "string" ? { preset: chosen } : chosen;
      const facts = withOverrides(presets.get(preset) as ApiFacts, overrides);
      return {
        ...rest,
        url: rest.url.replace(/\/+$/, ""),
        api: own === undefined ? facts : { ...facts, prefix: own },
      };
    });
}

/** A fact that is a method alone takes the place of the preset's method: `update: PUT`. */
function withOverrides(facts: ApiFacts, overrides: Partial<ApiFacts>): ApiFacts {
  const merged = Object.entries(overrides).map(([name, fact]) => {
    const before = facts[name as keyof ApiFacts];
    const methodOnly =
      typeof fact === "string" && /^[A-Z]+$/.test(fact) && typeof before === "string";
    return [name, methodOnly ? before.replace(/^[A-Z]+/, fact) : fact];
  });
  return { ...facts, ...(Object.fromEntries(merged) as Partial<ApiFacts>) };
}

/** `collections:`: only what differs from the defaults. */
export const collections = z.record(
  text,
  z.preprocess(
    (value) => value ?? {},
    z.strictObject({
      primaryKey: text.default("id"),
      associations: z
        .record(
          text,
          z.strictObject({ collection: text, foreignKey: text.nullable().default(null) }),
        )
        .default({}),
    }),
  ),
);
