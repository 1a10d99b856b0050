// @ts-check
// A realm of QuickJS: its own globals, and memory of a bounded size. Programs in it reach nothing else.
import { readFileSync } from "node:fs";

/** @import { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from "quickjs-emscripten-core" */
/** @import { Failure } from "./question.ts" */

/** Bytes of the stack: some thousands of calls inside each other. */
const STACK = 512 * 1024;

/** Characters that are told of an error. */
const LONGEST = 1_000;

/** Thrown where a program has no result. */
export class NoResult extends Error {
  /** @param {Failure} failure */
  constructor(failure) {
    super(failure.failed);
    this.failure = failure;
  }
}

/** @param {string} name of a module of `guest/` */
const guest = (name) => readFileSync(new URL(`./guest/${name}`, import.meta.url), "utf8");

/** @param {QuickJSWASMModule} quickjs */
export function openRealm(quickjs) {
  const runtime = quickjs.newRuntime({ maxStackSizeBytes: STACK });
  const context = runtime.newContext();

  /** @param {ReturnType<QuickJSContext["callFunction"]>} result */
  const valueOf = (result) => {
    if (!result.error) return result.value;
    const thrown = result.error.consume(context.dump);
    throw new NoResult(failureOf(thrown));
  };

  /** @param {string | number} value */
  const handleOf = (value) =>
    typeof value === "string" ? context.newString(value) : context.newNumber(value);

  context.runtime.setModuleLoader(guest);

  return {
    context,
    /** @param {number} bytes that it may take from now on */
    allow(bytes) {
      runtime.setMemoryLimit(bytes);
    },
    /** Runs a script. @param {string} source @param {string} name */
    load(source, name) {
      valueOf(context.evalCode(source, name)).dispose();
    },
    /** What a module of `guest/` exports. @param {string} name */
    module: (name) => valueOf(context.evalCode(guest(name), name, { type: "module" })),
    /**
     * Calls a function that a module exports, and gives what its promise comes to.
     * @param {QuickJSHandle} module @param {string} name @param {(string | number)[]} values
     */
    call(module, name, ...values) {
      const args = values.map(handleOf);
      const called = context
        .getProp(module, name)
        .consume((fn) => context.callFunction(fn, context.undefined, args));
      for (const arg of args) arg.dispose();
      return valueOf(called).consume((/** @type {QuickJSHandle} */ promise) => {
        valueOf(/** @type {any} */ (runtime.executePendingJobs()));
        const state = context.getPromiseState(promise);
        if (state.type === "fulfilled") return state.value;
        if (state.type === "pending") {
          throw new NoResult(thrown("It waits for something that never comes"));
        }
        throw new NoResult(failureOf(state.error.consume(context.dump)));
      });
    },
    /** A text of the realm, copied out. @param {QuickJSHandle} text @param {number} most bytes @returns {string} */
    text(text, most) {
      // A character has at least a byte: what is too long for sure is not copied.
      const length = context.getProp(text, "length").consume(context.getNumber);
      if (length > most) throw new NoResult({ failed: "too large", bytes: length });
      const copied = context.getString(text);
      const bytes = Buffer.byteLength(copied);
      if (bytes > most) throw new NoResult({ failed: "too large", bytes });
      return copied;
    },
    dispose() {
      context.dispose();
      runtime.dispose();
    },
  };
}

/** @param {string} message @returns {Failure} */
const thrown = (message) => ({ failed: "thrown", message, place: {} });

/** @param {unknown} error @returns {Failure} */
function failureOf(error) {
  // Without memory, there is none for an error either.
  if (error === null || isOutOfMemory(error)) return { failed: "memory" };
  const { message, notJson, position, token } = /** @type {Record<string, unknown>} */ (error);
  const said = (typeof message === "string" ? message : JSON.stringify(error)).slice(0, LONGEST);
  if (notJson === true) return { failed: "not JSON", message: said };
  return { failed: "thrown", message: said, place: { position, token } };
}

/** @param {any} error */
const isOutOfMemory = (error) =>
  error.name === "InternalError" && error.message === "out of memory";
