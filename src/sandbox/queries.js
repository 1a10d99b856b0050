// @ts-check
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { openRealm, used } from "./realm.js";

/** @import { QuickJSWASMModule } from "quickjs-emscripten-core" */
/** @import { Question } from "./question.ts" */

const { resolve } = createRequire(import.meta.url);

/** @param {string} module */
const sourceOf = (module) => readFileSync(resolve(module), "utf8");

/**
 * Answers queries. The engines take some 20 ms to load, and an expression can change nothing of them, so that one realm
 * serves all queries of a thread.
 * @param {QuickJSWASMModule} quickjs
 */
export function queries(quickjs) {
  /** @type {ReturnType<typeof opened> | null} */
  let open = null;
  /** @param {Question} question @returns {string} JSON */
  return ({ language, source, input, at, seed, memory, most }) => {
    const { realm, clock, query } = (open ??= opened(quickjs));
    realm.allow(memory);
    realm.call(clock, "decide", at, seed).dispose();
    return used(realm.call(query, "query", language, source, input), (json) =>
      realm.text(json, most),
    );
  };
}

/** @param {QuickJSWASMModule} quickjs */
function opened(quickjs) {
  const realm = openRealm(quickjs);
  const { context } = realm;
  const clock = realm.module("clock.js");
  for (const engine of ["jsonata/jsonata.min.js", "jmespath"]) {
    realm.value(sourceOf(engine), engine).dispose();
  }
  // JSONata takes these from a browser's window, or from Node.
  const window = context.newObject();
  for (const [name, from, to] of /** @type {const} */ ([
    ["btoa", "latin1", "base64"],
    ["atob", "base64", "latin1"],
  ])) {
    context
      .newFunction(name, (text) =>
        context.newString(Buffer.from(context.getString(text), from).toString(to)),
      )
      .consume((fn) => context.setProp(window, name, fn));
  }
  context.setProp(context.global, "window", window);
  window.dispose();
  return { realm, clock, query: realm.module("query.js") };
}
