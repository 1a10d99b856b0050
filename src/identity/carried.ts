import type { Identify } from "../model/caller.ts";

/**
 * An `identify` whose callers also carry headers of the upstream's own, as the client sent them: what steps do in the caller's
 * name needs them.
 * @param names in lower case: see the fact `credentials`
 */
export function carrying(identify: Identify, names: readonly string[]): Identify {
  if (names.length === 0) return identify;
  return async (presented) => {
    const found = await identify(presented);
    if ("answer" in found) return found;
    const { caller } = found;
    const own = names.flatMap((name) => {
      const value = presented.headers[name];
      return typeof value === "string" ? [[name, value] as const] : [];
    });
    const credentials = { ...caller.credentials, ...Object.fromEntries(own) };
    return { ...found, caller: { ...caller, credentials } };
  };
}
