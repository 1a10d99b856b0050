// @ts-check
// A thread of the sandbox: it answers one question after another. Programs run in QuickJS, compiled to WebAssembly: they have
// memory of their own, of a bounded size, and no way to anything of Node. Plain JavaScript, since a thread starts without the
// loader that runs TypeScript in tests.
import { parentPort } from "node:worker_threads";
import { newQuickJSWASMModuleFromVariant } from "quickjs-emscripten-core";
import { queries } from "./queries.js";
import { NoResult } from "./realm.js";
import { scripts } from "./scripts.js";

/** @import { Answer, Question } from "./question.ts" */

const quickjs = await newQuickJSWASMModuleFromVariant(
  import("@jitl/quickjs-wasmfile-release-sync"),
);
const query = queries(quickjs);
const script = scripts(quickjs);

/** @param {Question} question @returns {Answer} */
function answer(question) {
  try {
    return { json: question.language === "javascript" ? script(question) : query(question) };
  } catch (error) {
    if (error instanceof NoResult) return error.failure;
    // The stack of the thread, or QuickJS itself has given up.
    return { failed: "broken", message: String(error) };
  }
}

parentPort?.on("message", (/** @type {Question} */ question) => {
  parentPort?.postMessage(answer(question));
});
