import type { Action, RequestLine } from "./action.ts";

/** A request to explain: its line, and the role that its caller acts in; null: unknown. */
export interface Asked extends RequestLine {
  readonly roleName: string | null;
}

/** How a request is read, and which workflows it runs. */
export interface Explanation extends RequestLine {
  /** `outside` the prefix; `passed` on without a workflow; `concerned`; or answered here. */
  readonly way:
    "outside" | "passed" | "concerned" | "custom-action" | "webhook" | "resume" | "refused";
  /** Null where the path names no action. */
  readonly action: Action | null;
  /** In the order in which they run. */
  readonly runs: readonly ExplainedRun[];
  /** All other workflows, in the order of the configuration, and keys that there are not. */
  readonly others: readonly NotRun[];
  /** The request line that the upstream gets, unless a workflow changes it; null: nothing is forwarded. */
  readonly forwarded: RequestLine | null;
  /** The answer in place of all that; null: none. */
  readonly refused: Refused | null;
}

/** An answer before any workflow runs. */
export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** A workflow that a request runs. */
export interface ExplainedRun {
  readonly workflow: string;
  readonly title: string | null;
  /** Before the action; after it, if the upstream answers 2xx; or in its place. */
  readonly place: "before" | "after" | "instead";
  /** Whether the client waits for it. */
  readonly sync: boolean;
  readonly global: boolean;
  readonly each: "record" | "request";
  readonly observe: boolean;
  /** The associations that lead to its record: `["author"]`; `[]`: the record itself. */
  readonly path: readonly string[];
}

/** A workflow, or a key that names none, and why a request does not run it. */
export interface NotRun {
  readonly workflow: string;
  /** The words that follow its name: `is disabled`. */
  readonly why: string;
}
