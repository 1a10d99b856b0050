import { resolve } from "node:path";
import { z } from "zod";
import { timerDuration } from "../../model/duration.ts";
import type { UpstreamConfig } from "../../model/config.ts";
import { type ApiFacts, type ApiPresets, apiFacts } from "../../model/upstream-api.ts";
import { isUnixSocket } from "../../model/upstream-address.ts";
import { type ReadFile, tls } from "./tls.ts";
import { flag, headers, list, section, text } from "./field-types.ts";

const web = z
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

/** `unix:/run/api.sock` → as it is; `unix:api.sock` → `unix:/srv/api.sock`, seen from `folder`. */
const unix = (folder: string) =>
  z
    .string()
    .regex(/^unix:[^\0]+$/, { error: "should name a socket: unix:/run/api.sock" })
    .transform((value) => `unix:${resolve(folder, value.slice("unix:".length))}`);

/** Any text, judged as a socket where it begins as one does, else as a URL. */
const urlFrom = (folder: string) => {
  const socket = unix(folder);
  return z.unknown().transform((value, context): string => {
    const schema = typeof value === "string" && isUnixSocket(value) ? socket : web;
    const { success, data, error } = schema.safeParse(value);
    if (success) return data;
    for (const { message } of error.issues) context.addIssue(message);
    return z.NEVER;
  });
};

/** `api/` → `/api`. */
const prefix = z
  .string()
  .regex(/^[^?#\\\s]*$/, { error: "should be a path: / or /api" })
  .transform((path) => `/${path.replace(/^\/+|\/+$/g, "")}`);

/**
 * `upstream:`. The facts of its API are those of a preset, overridden one by one by the configuration.
 * See docs/configuration.md, "Upstream".
 * @param folder that paths of files are relative to
 * @param read gives what a file holds
 */
export function upstream(
  presets: ApiPresets,
  folder: string,
  read: ReadFile,
): z.ZodType<UpstreamConfig> {
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
      url: urlFrom(folder),
      api: api.prefault("rest"),
      prefix: prefix.optional(),
      timeout: timerDuration.prefault("30s"),
      caseSensitive: flag.default(false),
      host: z.enum(["upstream", "client"]).default("upstream"),
      rewriteLocation: flag.default(true),
      keepHeaders: list(text.transform((name) => name.toLowerCase())),
      tls: section(tls(folder, read)),
      openapi: text
        .transform((path) => resolve(folder, path))
        .nullable()
        .default(null),
      headers: section(headers),
    })
    .superRefine(({ url, tls: given }, context) => {
      const isUsed = Object.values(given).some((value) => value !== null);
      if (!isUsed || url.startsWith("https:")) return;
      const message = "is of use only where upstream.url begins with https:";
      context.addIssue({ code: "custom", path: ["tls"], message });
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
