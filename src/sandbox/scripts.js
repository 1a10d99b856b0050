// @ts-check
import { openRealm, used } from "./realm.js";
import { scriptFile, wrapped } from "./script-text.js";

/** @import { QuickJSWASMModule } from "quickjs-emscripten-core" */
/** @import { Question } from "./question.ts" */

/**
 * Runs scripts, each in a realm of its own: a script may change everything in it.
 * @param {QuickJSWASMModule} quickjs
 * @param {() => void} broken called when QuickJS could not tidy up: it can't be used again
 */
export function scripts(quickjs, broken) {
  /** @param {Question} question @returns {string} JSON */
  return (question) => {
    const realm = openRealm(quickjs);
    try {
      return resultOf(realm, question);
    } finally {
      try {
        realm.dispose();
      } catch {
        // It has run out of memory on its way.
        broken();
      }
    }
  };
}

/** @param {ReturnType<typeof openRealm>} realm @param {Question} question */
function resultOf(realm, { source, input, at, seed, memory, most }) {
  realm.allow(memory);
  used(realm.module("clock.js"), (clock) => realm.call(clock, "decide", at, seed).dispose());
  return used(realm.module("script.js"), (module) =>
    used(realm.value(wrapped(source), scriptFile), (script) =>
      used(realm.call(module, "run", script, input), (json) => realm.text(json, most)),
    ),
  );
}
