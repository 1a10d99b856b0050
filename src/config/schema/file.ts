import ipaddr from "ipaddr.js";
import { pathToRegexp } from "path-to-regexp";
import { z } from "zod";
import { RUN_STATUSES } from "../../model/run.ts";
import type { ApiPresets } from "../../model/upstream-api.ts";
import { identity } from "./identity.ts";
import { collections, upstreamSchema } from "./upstream.ts";
import { count, duration, notYet, port, section, size, text } from "./words.ts";

const LOOPBACK = /^(localhost|127(\.\d+){3}|::1|\[::1\])$/;

const admin = z
  .strictObject({
    host: text.default("127.0.0.1"),
    port: port.default(8081),
    users: z
      .record(text, z.string().min(1, { error: "a password should not be empty" }))
      .default({}),
  })
  .superRefine(({ host, users }, context) => {
    if (LOOPBACK.test(host) || Object.keys(users).length > 0) return;
    const message = `${host} is not loopback, so the admin port needs users: { name: password }`;
    context.addIssue({ code: "custom", path: ["host"], message });
  });

const routePath = text.superRefine((path, context) => {
  try {
    pathToRegexp(path);
    if (!path.startsWith("/")) context.addIssue("should begin with /");
  } catch (error) {
    context.addIssue(`is no route path: ${(error as Error).message.split(";", 1)[0]}`);
  }
});

const route = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  path: routePath,
  collection: text,
  action: text,
});

const egressRule = z.string().refine(isEgressRule, {
  error:
    "should be a host, host:port, *.host or a CIDR: api.example.com, *.example.com:443, 10.0.0.0/8",
});

function isEgressRule(rule: string): boolean {
  if (rule.includes("/")) return ipaddr.isValidCIDR(rule);
  if (ipaddr.isValid(rule.replace(/^\[|\]$/g, ""))) return true;
  return (
    /^(\*\.)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:\d{1,5})?$/i.test(rule) ||
    /^\[[0-9a-f:.]+\]:\d{1,5}$/i.test(rule)
  );
}

const store = text.superRefine((url, context) => {
  if (url.startsWith("sqlite:") && url.length > "sqlite:".length) return;
  if (/^postgres(ql)?:/.test(url))
    context.addIssue("Postgres is not supported by this version; use sqlite:./path.db");
  else context.addIssue("should be sqlite:./path.db");
});

/** The whole of gateway.yaml but its workflows, which are compiled one by one. SPEC, section 16. */
export function fileSchema(presets: ApiPresets) {
  return z.strictObject({
    listen: section(z.strictObject({ host: text.default("127.0.0.1"), port: port.default(8080) })),
    admin: section(admin),
    upstream: upstreamSchema(presets),
    identity: identity.prefault("none"),
    unknownKeys: z.enum(["skip", "reject"]).default("skip"),
    collections: section(collections),
    routes: z.preprocess((value) => value ?? [], z.array(route)).prefault([]),
    redact: z.preprocess((value) => value ?? [], z.array(text)).prefault([]),
    store: section(z.strictObject({ url: store.default("sqlite:./data/sidehook.db") })),
    runs: section(
      z.strictObject({
        concurrency: count.default(16),
        retention: duration.prefault("30d"),
        keep: z.array(z.enum(RUN_STATUSES)).default([]),
      }),
    ),
    limits: section(
      z.strictObject({
        body: size.prefault("10mb"),
        depth: count.default(5),
        loop: count.default(1000),
        headers: size.prefault("16kb"),
        result: size.prefault("1mb"),
        response: size.prefault("10mb"),
        rows: count.default(10_000),
      }),
    ),
    egress: section(
      z.strictObject({
        allow: z.array(egressRule).default([]),
        deny: z.array(egressRule).default([]),
      }),
    ),
    databases: notYet("databases"),
    mail: notYet("mail settings"),
    plugins: notYet("plugins"),
    log: section(
      z.strictObject({
        level: z.enum(["debug", "info", "warn", "error"]).default("info"),
        format: z.enum(["auto", "pretty", "json"]).default("auto"),
      }),
    ),
    telemetry: notYet("telemetry settings"),
    include: z.preprocess((value) => value ?? [], z.array(text)).prefault([]),
    workflows: z.preprocess((value) => value ?? {}, z.record(text, z.unknown())).prefault({}),
  });
}

/** An included file: workflows, and nothing else. */
export const includedSchema = z.strictObject({
  workflows: z.preprocess((value) => value ?? {}, z.record(text, z.unknown())),
});

/** What stands under a workflow's key. Its trigger and steps are compiled by their own schemas. */
export const workflowSchema = z.strictObject({
  title: text.nullable().default(null),
  enabled: z.boolean().default(true),
  timeout: duration.optional(),
  trigger: z.looseObject({ type: text }),
  steps: z.array(z.unknown()),
});

/** What every step may have, beside the keys of its type. `if`, `onError` are compiled apart. */
export const stepSchema = z.strictObject({
  id: text.nullable().default(null),
  title: text.nullable().default(null),
  timeout: duration.nullable().default(null),
  retry: section(
    z.strictObject({
      attempts: count.max(100).default(1),
      delay: duration.prefault("1s"),
      factor: z.number().min(1).max(10).default(2),
      maxDelay: duration.prefault("30s"),
    }),
  ),
});
