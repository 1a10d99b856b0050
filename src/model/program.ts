import type { Json } from "./json.ts";
import type { Position } from "./position.ts";

/** The languages of programs that a step may hold beside CEL. */
export type ProgramLanguage = "jsonata" | "jmespath" | "javascript";

/** A program that is written out in a step. */
export interface Program {
  readonly kind: "program";
  /** As written. */
  readonly source: string;
  /** Where one of its characters stands in the configuration; counted from 0. */
  placeOf(offset: number): Position;
}

/** Whether a value of a step's configuration is a program. */
export const isProgram = (value: unknown): value is Program =>
  (value as Partial<Program> | null)?.kind === "program";

/** What is wrong with a program. The offset counts characters from 0; null where its language does not say it. */
export interface ProgramMistake {
  readonly offset: number | null;
  readonly message: string;
}

/** Finds out whether a program can be read. It is not run. */
export type CheckProgram = (
  language: ProgramLanguage,
  source: string,
) => Promise<ProgramMistake | null>;

/** A program, and all that its value depends on. */
export interface ProgramRun {
  readonly language: ProgramLanguage;
  readonly program: Program;
  /** Of a query the data; of a script its names and their values. Integers outside ±2^53 reach it as texts. */
  readonly input: Json;
  /** What is the time, all the while. */
  readonly at: Date;
  /** Random numbers follow from it. */
  readonly seed: string;
  /** Bytes that it may take. */
  readonly memory: number;
}

/** Waits for a turn at something that steps share, or throws what it throws. A step's own time stands still meanwhile. */
export type AwaitTurn = <T>(turn: Promise<T>) => Promise<T>;

/** Runs programs where they can reach nothing but their input. */
export interface Sandbox {
  /**
   * Runs a program off the serving thread. An aborted signal ends it, wherever it is. Until a thread is free for it, it waits
   * by `awaitTurn`.
   * @throws {StepError} `QUERY_FAILED`, `SCRIPT_FAILED`, `OUT_OF_MEMORY`, `RESULT_NOT_JSON`, `RESULT_TOO_LARGE`; whatever aborted the signal
   */
  run(run: ProgramRun, signal: AbortSignal, awaitTurn: AwaitTurn): Promise<Json>;
}
