import type { IncomingHttpHeaders } from "node:http";
import type { SessionFact } from "../model/upstream-api.ts";

/** The headers by which an upstream knows its clients, beside `Authorization`, cookies and the role. */
export interface OwnHeaders {
  /** The one that says who is calling; null: there is none. */
  readonly session: SessionFact | null;
  /** Others that go along with it. In lower case. */
  readonly credentials: readonly string[];
}

/** Those of them that a client sent, as they came: `{ "x-parse-application-id": "blog", "x-parse-session-token": "r:1" }`. */
export function carriedIn(
  headers: IncomingHttpHeaders,
  { session, credentials }: OwnHeaders,
): Readonly<Record<string, string>> {
  const names = session === null ? credentials : [...credentials, session.header];
  const sent = names.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(sent);
}
