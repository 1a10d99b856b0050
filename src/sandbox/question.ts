import type { ProgramLanguage } from "../model/program.ts";
import type { JsonataPlace } from "./jsonata.ts";

/** What a thread is asked: a program with its input as JSON. */
export interface Question {
  readonly language: ProgramLanguage;
  readonly source: string;
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seed: number;
  /** Bytes that the program may take. */
  readonly memory: number;
  /** Bytes that its result may have as JSON. */
  readonly most: number;
}

/** What a thread tells after each question. */
export interface Report {
  readonly answer: Answer;
  /** Whether it can't be used any more: its memory is at its largest, and what is in it unknown. */
  readonly isSpent: boolean;
}

/** Where in its program something was thrown, as its engine says it. */
export interface ErrorPlace extends JsonataPlace {
  /** Of a script. */
  readonly stack?: unknown;
}

/** The result as JSON, or why there is none. */
export type Answer = { readonly json: string } | Failure;

/** Why a program has no result. */
export type Failure =
  | { readonly failed: "thrown"; readonly message: string; readonly place: ErrorPlace }
  | { readonly failed: "memory" }
  | { readonly failed: "broken"; readonly message: string }
  | { readonly failed: "not JSON"; readonly message: string }
  | { readonly failed: "too large"; readonly bytes: number };
