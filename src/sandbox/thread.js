// @ts-check
// A thread of the sandbox: it answers one question after another. Programs run in QuickJS, compiled to WebAssembly: they have
// memory of their own, of a bounded size, and no way to anything of Node. Plain JavaScript, since a thread starts without the
// loader that runs TypeScript in tests.
import { parentPort } from "node:worker_threads";
import { newQuickJSWASMModuleFromVariant } from "quickjs-emscripten-core";
import { queries } from "./queries.js";
import { NoResult } from "./realm.js";
import { scripts } from "./scripts.js";

/** @import { Answer, Question, Report } from "./question.ts" */

// QuickJS asks here for the local time, which is UTC in a program, whatever the machine's.
for (const part of /** @type {const} */ ([
  "Seconds",
  "Minutes",
  "Hours",
  "Day",
  "Date",
  "Month",
  "FullYear",
])) {
  // oxlint-disable-next-line no-extend-native -- of this thread alone
  Date.prototype[`get${part}`] = Date.prototype[`getUTC${part}`];
}
// oxlint-disable-next-line no-extend-native
Date.prototype.getTimezoneOffset = () => 0;

const quickjs = await newQuickJSWASMModuleFromVariant(
  import("@jitl/quickjs-wasmfile-release-sync"),
);
const query = queries(quickjs);
let isBroken = false;
const script = scripts(quickjs, () => {
  isBroken = true;
});

/** @param {Question} question @returns {Answer} */
function answer(question) {
  try {
    return { json: question.language === "javascript" ? script(question) : query(question) };
  } catch (error) {
    if (error instanceof NoResult) return error.failure;
    // The stack of the thread, or QuickJS itself has given up.
    isBroken = true;
    return { failed: "broken", message: String(error) };
  }
}

parentPort?.on("message", (/** @type {Question} */ question) => {
  const given = answer(question);
  const isSpent = isBroken || ("failed" in given && given.failed === "memory");
  /** @type {Report} */
  const report = { answer: given, isSpent };
  parentPort?.postMessage(report);
});
