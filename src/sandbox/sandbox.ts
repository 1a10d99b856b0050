import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Json } from "../model/json.ts";
import { ANSWER_BOUNDS, isWithin } from "../model/json-bounds.ts";
import { jsonTextInSlices } from "../model/json-slices.ts";
import { placeText } from "../model/position.ts";
import type { ProgramLanguage, ProgramRun, Sandbox } from "../model/program.ts";
import { StepError } from "../model/step-error.ts";
import { offsetIn } from "./jsonata.ts";
import { threadPool } from "./pool.ts";
import type { Failure, Question } from "./question.ts";
import { offsetOf } from "./script-text.js";

/** See `Sandbox`. */
export interface OpenedSandbox extends Sandbox {
  /** Resolves when a program need not wait for a thread to start. */
  readonly ready: Promise<void>;
  /** Ends its threads. */
  close(): Promise<void>;
}

/** What a sandbox is opened with. */
export interface SandboxOptions {
  /** Bytes that a result may have as JSON. */
  readonly resultLimit: number;
  /** The languages that programs are expected in. For them a thread is made ready. */
  readonly languages: readonly ProgramLanguage[];
  /** Threads at most. Default: those of the machine, and 4 at least, since so many programs may be stuck. */
  readonly threads?: number;
}

/** As deep as the answer of a service: what steps do with a value takes a stack for each level. */
const NESTING = { depth: ANSWER_BOUNDS.depth, values: Infinity };

const THREADS = Math.max(4, availableParallelism());

/** The least program of each language. */
const LEAST: Readonly<Record<ProgramLanguage, string>> = {
  jsonata: "null",
  jmespath: "@",
  javascript: "return null",
};

/** Opens a sandbox. Without expected languages, its threads are started when they are needed. */
export function openSandbox({
  resultLimit: most,
  languages,
  threads = THREADS,
}: SandboxOptions): OpenedSandbox {
  const pool = threadPool(threads, languages.map(leastOf));
  const warm = languages.length === 0 ? Promise.resolve() : pool.warm();
  return {
    // One that can't be started is the error of the first program.
    ready: warm.catch(() => undefined),
    async run(run, signal, awaitTurn) {
      const answer = await pool.ask(() => questionOf(run, most), signal, awaitTurn);
      if ("failed" in answer) throw errorOf(answer, run, most);
      return valueOf(answer.json);
    },
    close: pool.close,
  };
}

const leastOf = (language: ProgramLanguage): Question => ({
  language,
  source: LEAST[language],
  input: "{}",
  at: 0,
  seed: 0,
  memory: 256 * 1024 ** 2,
  most: 16,
});

async function questionOf(run: ProgramRun, most: number): Promise<Question> {
  return {
    language: run.language,
    source: run.program.source,
    input: await jsonTextInSlices(run.input, inputText),
    at: run.at.getTime(),
    seed: createHash("sha256").update(run.seed).digest().readUInt32LE(),
    memory: run.memory,
    most,
  };
}

/** As JSON, integers that a double can't hold as texts. */
function inputText(input: Json): string {
  try {
    return JSON.stringify(input);
  } catch {
    return JSON.stringify(input, (_name, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
  }
}

/** Numbers of a program are doubles, however many digits they have. */
function valueOf(json: string): Json {
  if (!isWithin(json, NESTING)) {
    throw lasting("RESULT_NOT_JSON", `The result nests deeper than ${NESTING.depth}`);
  }
  try {
    return JSON.parse(json) as Json;
  } catch {
    // A script that has changed what JSON is.
    throw lasting("RESULT_NOT_JSON", "The result is not a JSON value");
  }
}

function errorOf(failure: Failure, { language, program, memory }: ProgramRun, most: number) {
  const code = language === "javascript" ? "SCRIPT_FAILED" : "QUERY_FAILED";
  switch (failure.failed) {
    case "thrown": {
      const { message, place } = failure;
      const { source } = program;
      const offset = offsetIn(source, place) ?? offsetOf(source, place.stack);
      const where = offset === null ? "" : ` (${placeText(program.placeOf(offset))})`;
      return new StepError(code, `${message}${where}`);
    }
    case "memory":
      return lasting("OUT_OF_MEMORY", `It took more than its ${memory} bytes of memory`);
    case "broken":
      return lasting(code, `The program broke its engine: ${failure.message}`);
    case "not JSON":
      return lasting("RESULT_NOT_JSON", `The result is not a JSON value: ${failure.message}`);
    case "too large": {
      const message = `The result has ${failure.bytes} bytes; limits.result allows ${most}`;
      return lasting("RESULT_TOO_LARGE", message);
    }
  }
}

const lasting = (code: string, message: string) =>
  new StepError(code, message, { retryable: false });
