// @ts-check
// A realm of QuickJS: its own globals, and memory of a bounded size. Programs in it reach nothing else.
import { readFileSync } from "node:fs";

/** @import { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from "quickjs-emscripten-core" */
/** @import { Failure } from "./question.ts" */

/** Bytes of the stack: some thousands of calls inside each other. Its end must come before that of the thread's own stack. */
const STACK = 256 * 1024;

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

/** What may run in a realm beside programs. @type {ReadonlyMap<string, string>} */
const guests = new Map(
  ["clock.js", "json.js", "query.js", "script.js"].map((name) => [
    name,
    readFileSync(new URL(`./guest/${name}`, import.meta.url), "utf8"),
  ]),
);

/** @param {string} name */
const guest = (name) => guests.get(name) ?? "throw new Error('There are no modules')";

/**
 * What is made of a value of a realm, which is let go then, whatever happens: a realm with values that are held can't be
 * disposed of.
 * @template T @param {QuickJSHandle} handle @param {(handle: QuickJSHandle) => T} make @returns {T}
 */
export function used(handle, make) {
  try {
    return make(handle);
  } finally {
    handle.dispose();
  }
}

/** @param {QuickJSWASMModule} quickjs */
export function openRealm(quickjs) {
  const runtime = quickjs.newRuntime({ maxStackSizeBytes: STACK });
  const context = runtime.newContext();
  runtime.setModuleLoader(guest);

  /** @param {ReturnType<QuickJSContext["callFunction"]>} result */
  const valueOf = (result) => {
    if (!result.error) return result.value;
    throw new NoResult(failureOf(used(result.error, context.dump)));
  };

  /** @param {QuickJSHandle} promise @returns {QuickJSHandle} */
  const settled = (promise) => {
    const jobs = runtime.executePendingJobs();
    if (jobs.error) throw new NoResult(failureOf(used(jobs.error, context.dump)));
    const state = context.getPromiseState(promise);
    if (state.type === "fulfilled") return state.value;
    if (state.type === "rejected") throw new NoResult(failureOf(used(state.error, context.dump)));
    throw new NoResult({
      failed: "thrown",
      message: "It waits for something that never comes",
      place: {},
    });
  };

  return {
    context,
    /** @param {number} bytes that it may take from now on */
    allow(bytes) {
      runtime.setMemoryLimit(bytes);
    },
    /** The value of an expression, or of a script's last one. @param {string} source @param {string} file as stacks name it */
    value: (source, file) => valueOf(context.evalCode(source, file)),
    /** What a module of `guest/` exports. @param {string} name */
    module: (name) => valueOf(context.evalCode(guest(name), name, { type: "module" })),
    /**
     * Calls a function that a module exports, and gives what its promise comes to.
     * @param {QuickJSHandle} module @param {string} name @param {(QuickJSHandle | string | number)[]} values
     */
    call(module, name, ...values) {
      const args = values.map((value) => {
        if (typeof value === "string") return context.newString(value);
        return typeof value === "number" ? context.newNumber(value) : value.dup();
      });
      const called = used(context.getProp(module, name), (fn) =>
        context.callFunction(fn, context.undefined, args),
      );
      for (const arg of args) arg.dispose();
      return used(valueOf(called), settled);
    },
    /** A text of the realm, copied out. @param {QuickJSHandle} text @param {number} most bytes @returns {string} */
    text(text, most) {
      // A character has at least a byte: what is too long for sure is not copied.
      const length = used(context.getProp(text, "length"), context.getNumber);
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

/** @param {unknown} error as it was thrown, or rejected with @returns {Failure} */
function failureOf(error) {
  // Without memory, there is none for an error either.
  if (error === null || isOutOfMemory(error)) return { failed: "memory" };
  if (typeof error !== "object") return { failed: "thrown", message: said(error), place: {} };
  const { name, message, notJson, position, token, stack } =
    /** @type {Record<string, unknown>} */ (error);
  if (notJson === true) return { failed: "not JSON", message: said(message) };
  const kind = typeof name === "string" && name !== "Error" ? `${name}: ` : "";
  return {
    failed: "thrown",
    message: `${kind}${said(message ?? error)}`,
    place: { position, token, stack },
  };
}

/** @param {unknown} value */
const said = (value) =>
  (typeof value === "string" ? value : (JSON.stringify(value) ?? String(value))).slice(0, LONGEST);

/** @param {any} error */
const isOutOfMemory = (error) =>
  error?.name === "InternalError" && error.message === "out of memory";
