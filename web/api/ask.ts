import { parseJson } from "../../src/model/json.ts";

/** Called when the admin port takes the reader for nobody it knows, once. */
let onSignedOut: () => void = () => undefined;

/** Says who is told when the reader is signed out. */
export function tellSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** An answer of the admin port that is not 2xx; status 0: no answer came. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Asks the admin port, by a path relative to the page: `runs?limit=50`.
 * @throws {Refused}
 */
export function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return answered(path, { signal: signal ?? null });
}

/**
 * Writes to the admin port. The body is JSON text, so that what an operator wrote goes as it is written.
 * @throws {Refused}
 */
export function send<T>(path: string, body = "{}"): Promise<T> {
  return answered(path, { method: "POST", body }, { "Content-Type": "application/json" });
}

async function answered<T>(
  path: string,
  options: RequestInit,
  own: Readonly<Record<string, string>> = {},
): Promise<T> {
  const headers = { Accept: "application/json", ...own };
  const response = await fetch(path, { ...options, headers }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw new Refused(0, "The gateway can't be reached.");
  });
  const text = await response.text();
  if (response.status === 401) onSignedOut();
  if (!response.ok) throw new Refused(response.status, messageIn(text, response.status));
  return parseJson(text) as T;
}

/** What `{"errors":[{"message":"…"}]}` says. */
function messageIn(text: string, status: number): string {
  try {
    const { errors } = JSON.parse(text) as { errors: { message: string }[] };
    return errors.map(({ message }) => message).join(" ");
  } catch {
    return `The admin port answered ${status}.`;
  }
}
