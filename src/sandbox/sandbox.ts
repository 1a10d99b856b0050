import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Json } from "../model/json.ts";
import { placeText } from "../model/position.ts";
import type { Program, Sandbox } from "../model/program.ts";
import { StepError } from "../model/step-error.ts";
import { offsetIn } from "./jsonata.ts";
import { threadPool } from "./pool.ts";
import type { Failure } from "./question.ts";

/** See `Sandbox`. */
export interface OpenedSandbox extends Sandbox {
  /** Ends its threads. */
  close(): Promise<void>;
}

/** At least so many programs may be stuck before another has to wait. */
const THREADS = Math.max(4, availableParallelism());

/**
 * Opens a sandbox. Its threads are started when they are needed.
 * @param resultLimit bytes that a result may have as JSON
 * @param threads at most
 */
export function openSandbox(resultLimit: number, threads = THREADS): OpenedSandbox {
  const pool = threadPool(threads);
  return {
    async run({ language, program, input, at, seed, memory }, signal) {
      const question = {
        language,
        source: program.source,
        input: inputText(input),
        at: at.getTime(),
        seed: createHash("sha256").update(seed).digest().readUInt32LE(),
        memory,
        most: resultLimit,
      };
      const answer = await pool.ask(question, signal);
      if ("failed" in answer) throw errorOf(answer, program, { memory, most: resultLimit });
      // Numbers of a program are doubles, however many digits they have.
      return JSON.parse(answer.json) as Json;
    },
    close: pool.close,
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

function errorOf(
  failure: Failure,
  program: Program,
  { memory, most }: { readonly memory: number; readonly most: number },
): StepError {
  switch (failure.failed) {
    case "thrown": {
      const { message } = failure;
      const offset = offsetIn(program.source, failure.place);
      const place = offset === null ? "" : ` (${placeText(program.placeOf(offset))})`;
      return new StepError("PROGRAM_FAILED", `${message}${place}`);
    }
    case "memory":
      return lasting("OUT_OF_MEMORY", `It took more than its ${memory} bytes of memory`);
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
