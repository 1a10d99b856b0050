import { z } from "zod";
import { duration, timerDuration } from "../../model/duration.ts";
import { RUN_STATUSES } from "../../model/run.ts";
import { storeKeyOf } from "../../model/store-key.ts";
import type { ApiPresets } from "../../model/upstream-api.ts";
import { admin } from "./admin.ts";
import { collections } from "./collections.ts";
import { databases } from "./databases.ts";
import { egress } from "./egress.ts";
import { identity } from "./identity.ts";
import { mail } from "./mail.ts";
import { expressPath, route } from "./routes.ts";
import type { ReadFile } from "./tls.ts";
import { telemetry } from "./telemetry.ts";
import { upstream } from "./upstream.ts";
import { count, list, port, section, size, text } from "./field-types.ts";

const publicUrl = text
  .refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url) && !/[?#]/.test(url), {
    error: "should be an address: https://api.example.com",
  })
  .transform((url) => url.replace(/\/+$/, ""));

const listen = z.strictObject({
  publicUrl: publicUrl.nullable().default(null),
  host: text.default("127.0.0.1"),
  port: port.default(8080),
  timeouts: section(
    z.strictObject({
      head: timerDuration.prefault("20s"),
      body: timerDuration.prefault("60s"),
      idle: timerDuration.prefault("75s"),
    }),
  ),
  connections: count.default(10_000),
});

const isPostgres = (url: string): boolean =>
  /^postgres(ql)?:\/\//.test(url) && URL.canParse(url) && new URL(url).pathname.length > 1;

const storeKey = text.refine((written) => storeKeyOf(written) !== null, {
  error:
    "should be 32 random bytes as base64 or hex (openssl rand -base64 32), or a passphrase of 8 characters or more",
});

const store = z
  .strictObject({
    url: text.default("sqlite:./data/sidehook.db").superRefine((url, context) => {
      if (/^sqlite:./.test(url) || isPostgres(url)) return;
      context.addIssue(
        "should be sqlite:./path/to/file.db or postgres://user:password@host:5432/name",
      );
    }),
    key: z
      .preprocess(
        (value) => (typeof value === "string" ? [value] : (value ?? [])),
        z.array(storeKey),
      )
      .prefault([]),
  })
  .superRefine(({ url, key }, context) => {
    if (key.length > 0 || !isPostgres(url)) return;
    context.addIssue(
      "key is missing: instances on Postgres share the key that secrets of queued runs are sealed with; write key: ${SIDEHOOK_KEY}, 32 random bytes as base64 (openssl rand -base64 32)",
    );
  });

const runs = z.strictObject({
  concurrency: count.default(16),
  retention: duration.prefault("30d"),
  keep: list(z.enum(RUN_STATUSES)),
});

const limits = z.strictObject({
  body: size.prefault("10mb"),
  depth: count.default(5),
  loop: count.default(1_000),
  steps: count.default(10_000),
  expression: count.default(1_000_000),
  headers: size.prefault("16kb"),
  result: size.prefault("1mb"),
  record: size.prefault("32mb"),
  response: size.prefault("10mb"),
  rows: count.default(10_000),
});

const log = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]).default("info"),
  format: z.enum(["auto", "pretty", "json"]).default("auto"),
});

const workflows = section(z.record(z.string(), z.unknown()));

/**
 * The whole of gateway.yaml, with its defaults. Workflows are only gathered here; each is compiled by its own schemas.
 * @param folder that the file is in
 * @param read gives what another file holds
 */
export const fileSchema = (presets: ApiPresets, folder: string, read: ReadFile) =>
  z.strictObject({
    listen: section(listen),
    admin: section(admin),
    upstream: upstream(presets, folder, read),
    identity: identity.prefault("none"),
    unknownKeys: z.enum(["skip", "reject"]).default("skip"),
    collections: section(collections),
    routes: list(route),
    closed: list(expressPath),
    redact: list(text),
    store: section(store),
    runs: section(runs),
    limits: section(limits),
    egress: section(egress),
    databases: section(databases(folder)),
    mail: mail(folder, read),
    plugins: list(text),
    log: section(log),
    telemetry: section(telemetry(folder)),
    include: list(text),
    workflows,
  });

/** An included file: workflows, and nothing else. */
export const includedSchema = z.strictObject({ workflows });
