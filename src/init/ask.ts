import { type Json, parseBounded } from "../model/json.ts";

/** What an upstream answered to a GET. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Null where it is not JSON. */
  readonly json: Json;
}

/** Asks for a path below the upstream's URL. Null when there is no answer in time. */
export type Ask = (path: string) => Promise<Reply | null>;

/** Bytes of an answer, and its JSON, that are read at most. What is larger is cut, and then is no JSON. */
const LARGEST = 5_000_000;
const BOUNDS = { depth: 100, values: 500_000 };

/**
 * Asks an upstream by GET. Nothing is sent but `Accept`, and no redirect is followed.
 * @param timeout for one answer, in milliseconds
 */
export const asker =
  (url: string, timeout: number): Ask =>
  async (path) => {
    try {
      const response = await fetch(`${url}${path}`, {
        headers: { accept: "application/json, */*;q=0.5" },
        redirect: "manual",
        signal: AbortSignal.timeout(timeout),
      });
      const text = await textOf(response);
      return { status: response.status, text, json: jsonOf(text) };
    } catch {
      return null;
    }
  };

async function textOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body ?? []) {
    pieces.push(piece);
    size += piece.length;
    if (size > LARGEST) break;
  }
  return Buffer.concat(pieces).subarray(0, LARGEST).toString();
}

function jsonOf(text: string): Json {
  try {
    return parseBounded(text, BOUNDS);
  } catch {
    return null;
  }
}
