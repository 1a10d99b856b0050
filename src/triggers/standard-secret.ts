import { Webhook } from "standardwebhooks";

/** Whether a secret can be one of `standard-webhooks`: base64, with or without `whsec_` before it. */
export function isStandardSecret(secret: string): boolean {
  try {
    return new Webhook(secret) instanceof Webhook;
  } catch {
    return false;
  }
}
