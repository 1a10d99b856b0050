import { z } from "zod";
import type { UpstreamConfig } from "../../model/config.ts";
import { type ApiFacts, type ApiPresets, apiFacts } from "../../model/upstream-api.ts";
import { duration, flag, headers, section } from "./words.ts";

const url = z
  .url({ protocol: /^https?$/, error: "should be a URL: http://127.0.0.1:3000" })
  .superRefine((value, context) => {
    if (!URL.canParse(value)) return;
    const { username, password, search, hash } = new URL(value);
    if (username + password !== "") {
      context.addIssue("should hold no name and password; put them into upstream.headers");
    }
    if (search + hash !== "") context.addIssue("should be an origin and a path, without ? and #");
  })
  .transform((value) => value.replace(/\/+$/, ""));

/** `api/` → `/api`. */
const prefix = z
  .string()
  .regex(/^[^?#\\\s]*$/, { error: "should be a path: / or /api" })
  .transform((path) => `/${path.replace(/^\/+|\/+$/g, "")}`);

/** `upstream:`. The facts of its API are a preset's, with what the configuration says otherwise. SPEC, section 2. */
export function upstream(presets: ApiPresets): z.ZodType<UpstreamConfig> {
  const api = z
    .preprocess(
      (value) => (typeof value === "string" ? { preset: value } : value),
      apiFacts.partial().extend({ preset: z.enum([...presets.keys()]), prefix: prefix.optional() }),
    )
    .transform(({ preset, ...overrides }, context) => {
      const facts = withOverrides(presets.get(preset), overrides);
      for (const name of REQUESTS) {
        if (!METHOD.test(facts[name] ?? "")) continue;
        const message = `the preset has no path for it; write both: "${facts[name]} /{collection}"`;
        context.addIssue({ code: "custom", path: [name], message });
      }
      return facts;
    });

  return z
    .strictObject({
      url,
      api: api.prefault("rest"),
      prefix: prefix.optional(),
      timeout: duration.prefault("30s"),
      caseSensitive: flag.default(false),
      headers: section(headers),
    })
    .transform(({ prefix: own, ...facts }) => ({
      ...facts,
      api: own === undefined ? facts.api : { ...facts.api, prefix: own },
    }));
}

/** The facts that are a request: a method and a path. */
const REQUESTS = ["list", "get", "create", "update", "destroy", "updateOrCreate"] as const;

const METHOD = /^[A-Z]+$/;

/** A request that is a method alone takes the preset's path: `update: PUT`. */
function withOverrides(preset: ApiFacts | undefined, overrides: Partial<ApiFacts>): ApiFacts {
  const facts = { ...preset, ...overrides } as ApiFacts;
  for (const name of REQUESTS) {
    const path = preset?.[name]?.replace(/^[A-Z]+/, "") ?? "";
    if (METHOD.test(facts[name] ?? "")) facts[name] += path;
  }
  return facts;
}
