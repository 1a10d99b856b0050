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

/** The result as JSON, or why there is none. */
export type Answer = { readonly json: string } | Failure;

/** Why a program has no result. */
export type Failure =
  | { readonly failed: "thrown"; readonly message: string; readonly place: JsonataPlace }
  | { readonly failed: "memory" }
  | { readonly failed: "not JSON"; readonly message: string }
  | { readonly failed: "too large"; readonly bytes: number };
