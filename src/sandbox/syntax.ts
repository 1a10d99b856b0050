import type { CheckProgram, ProgramMistake } from "../model/program.ts";
import { type JsonataPlace, offsetIn } from "./jsonata.ts";

/** Reads a program as its engine does. An engine is loaded when a configuration has a program of its language. */
export const checkProgram: CheckProgram = async (language, source) => {
  try {
    if (language === "jsonata") (await import("jsonata")).default(source);
    else ((await import("jmespath")).default as unknown as Jmespath).compile(source);
    return null;
  } catch (error) {
    return mistakeOf(source, error as Error & JsonataPlace);
  }
};

/** What the types of jmespath leave out. */
interface Jmespath {
  /** @throws {Error} when it can't be read */
  compile(expression: string): unknown;
}

const mistakeOf = (source: string, error: Error & JsonataPlace): ProgramMistake => ({
  offset: offsetIn(source, error),
  message: error instanceof RangeError ? "it nests too deep" : error.message,
});
