import { z } from "zod";
import type { JsonObject } from "../../model/json.ts";
import type { RecordAccess } from "../../model/records.ts";
import type { StepContext } from "../../model/step-context.ts";
import { StepError } from "../../model/step-error.ts";
import type { SyncOnly } from "../../model/step-type.ts";

/** In whose name records are asked for. */
export const accessAs = z
  .enum(["service", "caller"])
  .default("service")
  .describe(
    "In whose name: that of the gateway (`upstream.headers`), or the caller's (sync only).",
  );

/** A step can act as the caller only while the caller waits. */
export const callerWaits = ({ as }: JsonObject): SyncOnly | null =>
  as === "caller"
    ? { key: "as", why: "no client waits for this workflow, so there is no caller to act as" }
    : null;

/** Access to read as the gateway or as the caller. @throws {StepError} `NO_CALLER` */
export function accessOf(as: "service" | "caller", context: StepContext): RecordAccess {
  const { caller, signal, propagatedHeaders: headers } = context;
  if (as === "service") return { caller: null, signal, headers };
  if (caller !== null) return { caller, signal, headers };
  const message = "No client waits for this run, so there is no caller to act as";
  throw new StepError("NO_CALLER", message, { retryable: false });
}

/**
 * Access to write, under an `Idempotency-Key` of the step, and of the record where the step writes several:
 * `<run>:<path>:<key>`. A key that is not valid in a header is encoded.
 * @throws {StepError} `NO_CALLER`
 */
export function writeAccessOf(
  as: "service" | "caller",
  context: StepContext,
  key: string | null = null,
): RecordAccess {
  const { idempotencyKey } = context;
  const access = accessOf(as, context);
  const own = key === null ? idempotencyKey : `${idempotencyKey}:${headerText(key)}`;
  return { ...access, headers: { ...access.headers, "Idempotency-Key": own } };
}

/** Through a buffer, since half a surrogate pair can't be encoded. */
const headerText = (key: string) => encodeURIComponent(Buffer.from(key).toString());
