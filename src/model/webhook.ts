import type { Template } from "./expression.ts";
import type { Json } from "./json.ts";

/** On `POST <prefix>/webhook:trigger/<key>`. See docs/webhooks.md. */
export interface WebhookTrigger {
  readonly type: "webhook";
  /** Whether the sender waits for it. */
  readonly sync: boolean;
  readonly auth: WebhookAuth | null;
  readonly parse: WebhookParse;
  /** The answer to a delivery for an async workflow. */
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** A text goes as text/plain, anything else as JSON. */
    readonly body: Json;
  };
  readonly dedupe: WebhookDedupe | null;
}

/** How a sender shows that it is the one. */
export type WebhookAuth =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | ({ readonly kind: "signature" } & WebhookSignature);

/** A signature over the raw bytes of the body. */
export interface WebhookSignature {
  readonly scheme: "standard-webhooks" | "github" | "stripe" | "hmac-sha256";
  readonly secret: string;
  /** Milliseconds that a signed time may be off. */
  readonly tolerance: number;
  /** Of `hmac-sha256`: the header, in lower case. */
  readonly header: string;
  readonly encoding: "hex" | "base64";
  /** Stands before the signature: `sha256=`. */
  readonly prefix: string;
}

/** The parts of a delivery as the workflow sees them. Null: the part is whole. */
export interface WebhookParse {
  /** Names in lower case. */
  readonly headers: readonly string[] | null;
  readonly query: ParsedPaths | null;
  readonly body: ParsedPaths | null;
}

/**
 * Which values of a part become variables: by alias (`{ amount: "order.total" }` → `body.amount`), or as a list of paths
 * that keep their structure (`["b.c"]` → `body.b.c`).
 */
export type ParsedPaths =
  | { readonly kind: "aliases"; readonly paths: Readonly<Record<string, string>> }
  | { readonly kind: "paths"; readonly paths: readonly string[] };

/** A delivery whose key was seen before is answered as the first was. */
export interface WebhookDedupe {
  readonly key: Template;
  /** Milliseconds that a key is remembered. */
  readonly for: number;
}
