import type { Json, JsonObject } from "./json.ts";
import type { RunStatus } from "./run.ts";

/** The result of a step `wait`. All null: its time was over. */
export interface WaitAnswer extends JsonObject {
  readonly choice: string | null;
  readonly body: Json;
  /** `link`, `admin:<user>`, `admin` or `command`. */
  readonly by: string | null;
  readonly at: string | null;
}

/** What a step `wait` asks, as it stands in the run's notes. */
export interface WaitQuestion extends JsonObject {
  readonly title: string;
  /** Null: any JSON is an answer. */
  readonly choices: readonly string[] | null;
  /** ISO 8601; null: without end. */
  readonly until: string | null;
}

/** Which step `wait` of a run is meant. */
export interface WaitPlace {
  readonly run: string;
  /** Its id; null: the only one that the run waits at. */
  readonly step: string | null;
  /** The path of the step that made the link: of a loop, only the turn that this one is in is meant. Null: any turn. */
  readonly from: string | null;
}

/** What was said about a run that waits. */
export type GivenAnswer = Pick<WaitAnswer, "choice" | "body"> & { readonly by: string };

/** How a step `wait` stands, or what came of an answer to it. */
export type WaitOutcome =
  /** Committed: the run goes on. */
  | { readonly outcome: "done" }
  /** It is waiting; nothing was answered. */
  | { readonly outcome: "asked"; readonly question: WaitQuestion }
  /** The choice is missing, or is not one of these. */
  | { readonly outcome: "bad choice"; readonly choices: readonly string[] }
  /** The step could not have it as its result. `most`: bytes as JSON. */
  | { readonly outcome: "too large"; readonly most: number }
  | { readonly outcome: "answered"; readonly answer: Json }
  | { readonly outcome: "expired" }
  /** The run has not reached the step, or works at another one. */
  | { readonly outcome: "not yet" }
  /** The run does not wait at a step `wait`. */
  | { readonly outcome: "not asked" }
  | { readonly outcome: "several"; readonly steps: readonly string[] }
  | { readonly outcome: "ended"; readonly status: RunStatus }
  | { readonly outcome: "no such run" };
