import { execFile } from "node:child_process";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";

/** How long a file may take to be parsed, in milliseconds. */
const TIMEOUT = 5_000;

/**
 * Where a module went wrong while it was loaded, by the first line of the error's stack that is in it: `:3:7`; empty where that is not known.
 * @param url as it was imported
 */
export async function placeIn(error: unknown, url: string): Promise<string> {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const place = placeAfter(url, stack);
  return place === "" && error instanceof SyntaxError ? syntaxPlace(url) : place;
}

/** The error of a module that can't be parsed does not tell its line. `node --check` does. */
function syntaxPlace(url: string): Promise<string> {
  const path = fileURLToPath(url);
  return new Promise((resolve) => {
    execFile(execPath, ["--check", path], { timeout: TIMEOUT, env: {} }, (_error, _out, told) => {
      resolve(placeAfter(path, told));
    });
  });
}

function placeAfter(name: string, text: string): string {
  const from = text.indexOf(`${name}:`);
  if (from < 0) return "";
  return /^:\d+(:\d+)?/.exec(text.slice(from + name.length))?.[0] ?? "";
}
