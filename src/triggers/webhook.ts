import { z } from "zod";
import { duration } from "../model/duration.ts";
import type { Shape } from "../model/expression.ts";
import { FRAMING, isCredentialHeader, isHeaderName, isHeaderValue } from "../model/headers.ts";
import { headersLength } from "../model/headers-length.ts";
import type { JsonObject } from "../model/json.ts";
import { REDACTED } from "../model/secrets.ts";
import { template } from "../model/compiled-fields.ts";
import type { ParsedPaths, WebhookAuth, WebhookTrigger } from "../model/webhook.ts";
import type { TriggerType } from "../model/workflow.ts";
import { pathParts, pickedShape } from "../model/webhook-paths.ts";
import { isStandardSecret } from "./standard-secret.ts";

const text = z.string().min(1, { error: "should not be empty" });

const headerName = z.string().refine(isHeaderName, { error: "is not a valid header name" });

const basic = z.strictObject({
  username: text.regex(/^[^:]*$/, { error: "should hold no colon" }).describe("Without a colon."),
  password: text.describe("Shared with the sender."),
});

/** Keys only of the scheme whose header is not fixed. */
const HMAC_KEYS = ["header", "encoding", "prefix"] as const;

const signature = z
  .strictObject({
    scheme: z
      .enum(["standard-webhooks", "github", "stripe", "hmac-sha256"])
      .describe("How the sender signs."),
    secret: text.describe("Shared with the sender; of `standard-webhooks` base64, `whsec_…`."),
    tolerance: duration.prefault("5m").describe("How far a signed time may be off."),
    header: headerName.optional().describe("Of `hmac-sha256`. Default: X-Signature."),
    encoding: z.enum(["hex", "base64"]).optional().describe("Of `hmac-sha256`. Default: hex."),
    prefix: z
      .string()
      .optional()
      .describe("Stands before the signature: `sha256=`. Default: none."),
  })
  .superRefine((given, problems) => {
    const { scheme, secret } = given;
    // A recorded definition has a marker instead of the secret, which is accepted: its run was let in before.
    if (scheme === "standard-webhooks" && secret !== REDACTED && !isStandardSecret(secret)) {
      const message = "should be base64, with or without whsec_ before it";
      problems.addIssue({ code: "custom", path: ["secret"], message });
    }
    for (const key of HMAC_KEYS) {
      if (scheme === "hmac-sha256" || given[key] === undefined) continue;
      const message = `${scheme} has a fixed format; ${key} can be set only with hmac-sha256`;
      problems.addIssue({ code: "custom", path: [key], message });
    }
  })
  .transform(({ header = "X-Signature", encoding = "hex", prefix = "", ...rest }) => ({
    ...rest,
    header: header.toLowerCase(),
    encoding,
    prefix,
  }));

const auth = z
  .strictObject({
    basic: basic.optional().describe("By a name and a password."),
    signature: signature.optional().describe("By a signature over the body."),
  })
  .refine(({ basic: one, signature: other }) => (one === undefined) !== (other === undefined), {
    error: "should be either basic: { username, password } or signature: { scheme, secret }",
  })
  .transform(({ basic: user, signature: signed }): WebhookAuth | null => {
    if (user) return { kind: "basic", ...user };
    return signed ? { kind: "signature", ...signed } : null;
  });

const path = z.string().refine((value) => pathParts(value) !== null, {
  error: "should be a path: order.total, items[0].sku",
});

const paths = z
  .union([z.array(path), z.record(text, path)], {
    error: "should be a list of paths, or a mapping of aliases to paths",
  })
  .transform((given): ParsedPaths =>
    Array.isArray(given) ? { kind: "paths", paths: given } : { kind: "aliases", paths: given },
  );

const parse = z
  .strictObject({
    headers: z
      .array(
        headerName.refine((name) => !isCredentialHeader(name), {
          error: "carries a credential; workflows can't read credentials",
        }),
      )
      .transform((names) => names.map((name) => name.toLowerCase()))
      .nullable()
      .default(null)
      .describe("Names of headers."),
    query: paths.nullable().default(null).describe("Aliases and their paths, or a list of paths."),
    body: paths.nullable().default(null).describe("Aliases and their paths, or a list of paths."),
  })
  .default({ headers: null, query: null, body: null });

const headers = z.record(
  headerName.refine((name) => !FRAMING.has(name.toLowerCase()), {
    error: "is set by the gateway itself",
  }),
  z
    .union([z.string(), z.number(), z.bigint(), z.boolean()], { error: "should be a text" })
    .transform(String)
    .refine(isHeaderValue, {
      error: "should hold no line break, no NUL, and only characters of Latin-1",
    }),
);

/** Bytes of the headers of an answer that is the same for every delivery. */
const MOST = 16 * 1024;

const response = z.strictObject({
  status: z.number().int().min(200).max(599).default(200).describe("HTTP status, 200 to 599."),
  headers: headers
    .refine((all) => headersLength(all) <= MOST, {
      error: `should have ${MOST} bytes in all at most`,
    })
    .default({})
    .describe("Answer headers."),
  body: z.json().default("ok").describe("Any JSON, or a text. Null: no body."),
});

const dedupe = z.strictObject({
  key: template
    .refine(({ constant }) => !constant, {
      error: "is the same for every delivery; put an expression in",
    })
    .describe("Tells a delivery from others. Null or empty: no delivery was seen before."),
  for: duration.prefault("24h").describe("How long a key is remembered."),
});

const config = z
  .strictObject({
    type: z.literal("webhook"),
    sync: z.boolean().default(false).describe("Whether the sender waits until it is done."),
    auth: auth.optional().describe("How the sender proves who it is. Default: no proof is needed."),
    parse: parse.describe("The values that become variables. A part that is not named is whole."),
    response: response.optional().describe("The answer to the sender. Only when not `sync`."),
    dedupe: dedupe
      .optional()
      .describe("A delivery that was seen before is answered as it was then."),
  })
  .superRefine(({ sync, response: given }, problems) => {
    if (!sync || given === undefined) return;
    const message = "a sync webhook is answered by its `response` step; leave this out";
    problems.addIssue({ code: "custom", path: ["response"], message });
  })
  .transform(
    ({
      auth: proof = null,
      dedupe: once = null,
      response: answer,
      ...trigger
    }): WebhookTrigger => ({
      ...trigger,
      auth: proof,
      response: answer ?? response.parse({}),
      dedupe: once,
    }),
  );

const request: Shape = { method: "string", path: "string", ip: "string" };

/** The fields of `trigger`: of a part only the values that `parse` names; any value where it names none. */
function fieldsOf({ parse: given }: JsonObject): Shape {
  const { data } = parse.safeParse(given);
  return {
    headers: data?.headers ? Object.fromEntries(data.headers.map((name) => [name, "dyn"])) : "dyn",
    query: data?.query ? pickedShape(data.query) : "dyn",
    body: data?.body ? pickedShape(data.body) : "dyn",
    request,
  };
}

/** On a call from outside: `POST /webhook:trigger/<key>`. See docs/webhooks.md, "The trigger". */
export const webhook: TriggerType<WebhookTrigger> = {
  type: "webhook",
  title: "Webhook",
  about:
    "Runs when its URL is called: `POST /webhook:trigger/<key>` with JSON. It is queued, durably, and the sender is " +
    "answered at once; with `sync: true` the sender waits, and a `response` step answers.",
  config,
  fields: { headers: "dyn", query: "dyn", body: "dyn", request },
  fieldsOf,
  sync: ({ sync }) => sync,
  when: (_, key) => `on POST webhook:trigger/${key}`,
};
