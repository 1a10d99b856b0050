import type { QuickJSWASMModule } from "quickjs-emscripten-core";
import type { CheckProgram, ProgramMistake } from "../model/program.ts";
import { type JsonataPlace, offsetIn } from "./jsonata.ts";
import { offsetOf, scriptFile, wrapped } from "./script-text.js";

/** Reads a program as its engine does. An engine is loaded when a configuration has a program of its language. */
export const checkProgram: CheckProgram = async (language, source) => {
  try {
    if (language === "javascript") return scriptMistake(await quickjs(), source);
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

/** A new one each time: one whose stack was not enough can't be used again. */
async function quickjs(): Promise<QuickJSWASMModule> {
  const { newQuickJSWASMModuleFromVariant } = await import("quickjs-emscripten-core");
  return newQuickJSWASMModuleFromVariant(import("@jitl/quickjs-wasmfile-release-sync"));
}

/** Bytes of the stack while a script is read: less than the process has. */
const STACK = 128 * 1024;

/** Compiles a script, and does not run it. */
function scriptMistake(engine: QuickJSWASMModule, source: string): ProgramMistake | null {
  const runtime = engine.newRuntime({ maxStackSizeBytes: STACK });
  const context = runtime.newContext();
  const compiled = context.evalCode(wrapped(source), scriptFile, { compileOnly: true });
  if (!compiled.error) return null;
  const { message, stack } = context.dump(compiled.error) as Error;
  return { offset: offsetOf(source, stack), message };
}
