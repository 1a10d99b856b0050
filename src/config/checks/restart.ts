import { isDeepStrictEqual } from "node:util";
import type { Config } from "../../model/config.ts";
import type { Problem } from "../../model/position.ts";
import type { Source } from "../yaml/source.ts";

/** What a process takes from its configuration once, when it starts. */
const LASTING = ["listen", "admin", "store"] as const;

/** The sections that last as long as the process. */
export type Lasting = Pick<Config, (typeof LASTING)[number]>;

/** What differs from the configuration that serves, though only a restart can change it: `listen.port`. */
export function restartProblems(main: Source, next: Lasting, serving: Lasting): Problem[] {
  return LASTING.flatMap((section) =>
    changed(next[section], serving[section]).map((key) =>
      main.problem(
        [section, key],
        "differs from the configuration that serves; a restart is needed to change it",
      ),
    ),
  );
}

/** The keys whose values differ. */
function changed(next: object, serving: object): string[] {
  const [after, before] = [next, serving] as Record<string, unknown>[];
  const keys = [...new Set(Object.keys({ ...after, ...before }))];
  return keys.filter((key) => !isDeepStrictEqual(after?.[key], before?.[key]));
}
