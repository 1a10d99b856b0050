import type { Verdict } from "../model/verdict.ts";

/** What the front door makes of a request, in words: `create of posts`. */
export function readingOf(verdict: Verdict): string {
  switch (verdict.way) {
    case "web":
      return "outside upstream.prefix, so it passes through";
    case "pass":
    case "rewrite":
      return "concerns no workflow, so it passes through";
    case "refuse":
      return `refused: ${verdict.error.message} [${verdict.error.code}]`;
    case "hooks": {
      const { name, collection, keys } = verdict.action;
      return `${name} of ${collection}${keys.length > 0 ? ` ${keys.join(", ")}` : ""}`;
    }
  }
}
