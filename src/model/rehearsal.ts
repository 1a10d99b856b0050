import type { RunDetail } from "./history.ts";
import type { Json, JsonObject } from "./json.ts";

/** A request as one side sent it. Header names are in lower case; several of one name are joined by `, `. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else a text; null: none. */
  readonly body: Json;
}

/** A request, and what it asks for. */
export interface SentRequest extends Message {
  readonly method: string;
  /** With its query. To the upstream: without the path of `upstream.url`. */
  readonly path: string;
}

/** An answer. */
export interface GivenAnswer extends Message {
  readonly status: number;
}

/** Something that a step would have done outside, and did not. */
export interface HeldBack {
  /** The key of its workflow. */
  readonly workflow: string;
  /** Its path in the run. */
  readonly step: string;
  readonly type: string;
  /** In words: `POST https://pay.example/charge`, `create inspections`. */
  readonly what: string;
  /** Its input; null where it has none. */
  readonly sent: Json;
}

/** A request to the upstream, and its answer. */
export interface Exchanged {
  readonly method: string;
  readonly path: string;
  readonly answer: GivenAnswer;
}

/** The caller of a request; null: nobody. */
export interface RehearsedCaller {
  readonly user: JsonObject;
  readonly roleName: string | null;
}

/** All that happened when a request was rehearsed. */
export interface Rehearsed {
  /** The request as the client sent it; null where a workflow was run by itself. */
  readonly request: SentRequest | null;
  /** How the request is read: `create of posts`. */
  readonly reading: string;
  /** The request as the upstream got it, or would have; null: it was not forwarded. */
  readonly forwarded: SentRequest | null;
  /** Null where a workflow was run by itself. */
  readonly answer: GivenAnswer | null;
  /** All runs that it caused, each ended, in the order in which they were made. */
  readonly runs: readonly RunDetail[];
  /** What steps would have done outside. In a test, each is a mistake of the test. */
  readonly heldBack: readonly HeldBack[];
  /** The steps that needed the world outside. */
  readonly reached: readonly { readonly workflow: string; readonly step: string }[];
  /** What the upstream was asked, and its answers, in order. */
  readonly exchanges: readonly Exchanged[];
  /** Requests of the gateway itself that nothing had an answer for. */
  readonly unanswered: readonly string[];
}
