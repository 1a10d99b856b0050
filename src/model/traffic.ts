import { hash } from "node:crypto";
import { ExpressionError, type Template } from "./expression.ts";
import { type Json, type JsonObject, jsonText } from "./json.ts";

/** How many runs of a workflow with one key are under way at a time. */
export interface Concurrency {
  /** Null: all its runs have one key. */
  readonly key: Template | null;
  readonly limit: number;
}

/** How many runs of a workflow with one key requests may cause: `limit` at once, and as many again evenly over `per`. */
export interface Rate {
  readonly limit: number;
  /** Milliseconds. */
  readonly per: number;
  /** Null: all its runs have one key. */
  readonly key: Template | null;
}

/** Of several queued runs of a workflow with one key that come within a time of each other, the last one runs. */
export interface Debounce {
  /** Null: all its runs have one key. */
  readonly key: Template | null;
  /** Milliseconds. */
  readonly for: number;
}

/** What is left of rates, by key. */
export interface Rates {
  /**
   * Takes so many runs of a key, or none.
   * @returns null: they are taken; or in how many milliseconds they can be
   * @throws {GatewayError} STORE_UNAVAILABLE
   */
  take(key: string, runs: number, rate: Pick<Rate, "limit" | "per">): Promise<number | null>;
}

/**
 * What the runs of a workflow with one key share: a short text that does not show the key, which may be a secret. A key that
 * can't be evaluated counts as empty.
 * @param trigger what the key's expressions see as `trigger`
 */
export function sharedKey(workflow: string, key: Template | null, trigger: JsonObject): string {
  return digestOf(workflow, key === null ? null : valueOf(workflow, key, trigger));
}

/** The same of a run that may be debounced; null: no other run can take its place, since its key is null, empty, or fails. */
export function debounceKey(
  {
    workflow,
    trigger,
  }: { readonly workflow: { readonly key: string }; readonly trigger: JsonObject },
  { key }: Debounce,
): string | null {
  if (key === null) return digestOf(workflow.key, null);
  const value = valueOf(workflow.key, key, trigger);
  return value === null || value === "" ? null : digestOf(workflow.key, value);
}

function digestOf(workflow: string, value: Json): string {
  // UTF-8 has one form for all halves of a character.
  const bytes = Buffer.from(typeof value === "string" ? value : jsonText(value), "utf16le");
  return `${workflow}:${hash("sha256", bytes, "base64url")}`;
}

function valueOf(workflow: string, key: Template, trigger: JsonObject): Json {
  const run = { id: "", workflow, startedAt: "", attempt: 1 };
  try {
    return key.evaluate({ trigger, run, steps: {}, vars: {}, secrets: {} });
  } catch (error) {
    if (error instanceof ExpressionError) return "";
    throw error;
  }
}
