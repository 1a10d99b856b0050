import { isUtf8 } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Webhook } from "standardwebhooks";
import type { WebhookSignature } from "../../model/webhook.ts";

/** Whether the bytes of a body are signed with the secret, and the signature is not too old. */
export type IsSigned = (bytes: Buffer, headers: IncomingHttpHeaders) => boolean;

/**
 * Checks signatures over the raw bytes of a body, in constant time. A secret that is not a valid key of its scheme throws.
 *
 *     standard-webhooks  webhook-id, webhook-timestamp, webhook-signature: v1,<base64> …
 *     github             x-hub-signature-256: sha256=<hex>
 *     stripe             stripe-signature: t=<seconds>,v1=<hex>,…
 *     hmac-sha256        <header>: <prefix><hex or base64>
 *
 * @param now for the schemes that sign a time, which may be `tolerance` off in either direction
 * @see https://www.standardwebhooks.com; docs/webhooks.md, "Signatures"
 */
export function signatureCheck(signature: WebhookSignature, now: () => Date): IsSigned {
  const { scheme, secret, tolerance, header, encoding, prefix } = signature;
  const recent = (seconds: string) =>
    /^\d{1,12}$/.test(seconds) && Math.abs(now().getTime() - Number(seconds) * 1_000) <= tolerance;

  switch (scheme) {
    case "standard-webhooks":
      return standardWebhooks(new Webhook(secret), recent);
    case "stripe":
      return stripe(secret, recent);
    case "github":
      return hmacHeader(secret, {
        header: "x-hub-signature-256",
        encoding: "hex",
        prefix: "sha256=",
      });
    case "hmac-sha256":
      return hmacHeader(secret, { header, encoding, prefix });
  }
}

type Recent = (seconds: string) => boolean;

function standardWebhooks(webhook: Webhook, recent: Recent): IsSigned {
  return (bytes, headers) => {
    const id = one(headers["webhook-id"]);
    const time = one(headers["webhook-timestamp"]);
    // The package signs text: different bytes that are not UTF-8 could become the same text.
    if (id === "" || !recent(time) || !isUtf8(bytes)) return false;
    const expected = webhook.sign(id, new Date(Number(time) * 1_000), bytes);
    const given = one(headers["webhook-signature"]).split(" ");
    return given.some((text) => same(text, expected));
  };
}

function stripe(secret: string, recent: Recent): IsSigned {
  return (bytes, headers) => {
    const items = one(headers["stripe-signature"]).split(",");
    const all = (name: string) =>
      items.flatMap((item) => (item.startsWith(`${name}=`) ? item.slice(name.length + 1) : []));
    const [time = ""] = all("t");
    if (!recent(time)) return false;
    const expected = createHmac("sha256", secret).update(`${time}.`).update(bytes).digest("hex");
    return all("v1").some((text) => same(text, expected));
  };
}

function hmacHeader(
  secret: string,
  { header, encoding, prefix }: Pick<WebhookSignature, "header" | "encoding" | "prefix">,
): IsSigned {
  return (bytes, headers) => {
    const given = one(headers[header]);
    if (!given.startsWith(prefix)) return false;
    const text = given.slice(prefix.length);
    const expected = createHmac("sha256", secret).update(bytes).digest(encoding);
    return same(encoding === "hex" ? text.toLowerCase() : text, expected);
  };
}

const one = (value: string | string[] | undefined): string => [value].flat()[0] ?? "";

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
