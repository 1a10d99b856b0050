// @ts-check

/** The name of a script's file, as the stacks of its errors have it. */
export const scriptFile = "script";

/** A script as an expression: the function whose body it is. Its first line is the second. @param {string} source */
export const wrapped = (source) => `(async function (trigger, steps, vars) {\n${source}\n})`;

/**
 * How many characters from 0 the topmost place of a script that a stack names stands in the script; null where it names none.
 * @param {string} source @param {unknown} stack `    at <anonymous> (script:3:7)`
 */
export function offsetOf(source, stack) {
  const place = typeof stack === "string" ? PLACE.exec(stack) : null;
  if (place === null) return null;
  const lines = source.split("\n");
  const line = Number(place[1]) - 2;
  // What is wrong with the end of the last line is seen behind it.
  if (line >= lines.length) return source.trimEnd().length;
  const before = lines.slice(0, Math.max(line, 0)).join("\n").length + (line > 0 ? 1 : 0);
  return Math.min(before + Number(place[2]) - 1, source.length);
}

const PLACE = /\bscript:(\d+):(\d+)/;
