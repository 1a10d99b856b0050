// @ts-check
import { openRealm } from "./realm.js";
import { scriptFile, wrapped } from "./script-text.js";

/** @import { QuickJSWASMModule } from "quickjs-emscripten-core" */
/** @import { Question } from "./question.ts" */

/**
 * Runs scripts, each in a realm of its own: a script may change everything in it.
 * @param {QuickJSWASMModule} quickjs
 */
export function scripts(quickjs) {
  /** @param {Question} question @returns {string} JSON */
  return ({ source, input, at, seed, memory, most }) => {
    const realm = openRealm(quickjs);
    realm.allow(memory);
    realm
      .module("clock.js")
      .consume((clock) => realm.call(clock, "decide", at, seed))
      .dispose();
    const json = realm
      .module("script.js")
      .consume((module) =>
        realm
          .value(wrapped(source), scriptFile)
          .consume((script) => realm.call(module, "run", script, input)),
      )
      .consume((result) => realm.text(result, most));
    realm.dispose();
    return json;
  };
}
