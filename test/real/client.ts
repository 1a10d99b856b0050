import type { JsonObject } from "../../src/model/json.ts";

/** A request of a client, and what it expects. */
export interface Wanted {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Sends a request whose answer is JSON, or empty. @throws {Error} when its status is not one of success */
export async function asked(url: string, wanted: Wanted = {}): Promise<JsonObject> {
  const { status, body } = await answered(url, wanted);
  if (status < 200 || status > 299) {
    throw new Error(`${wanted.method ?? "GET"} ${url}: ${status} ${JSON.stringify(body)}`);
  }
  return body;
}

/** The same, whatever the status. A body that is not JSON is `{}`. */
export async function answered(url: string, { method = "GET", headers = {}, body }: Wanted) {
  const answer = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: read(text) };
}

function read(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
