/**
 * What a test as it is written always is; null: that depends on the run.
 *
 *     false         → false
 *     "${{ true }}" → true
 *     "vars.n > 1"  → null
 */
export function literalTest(written: unknown): boolean | null {
  const text = String(written)
    .replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1")
    .trim();
  if (text === "true") return true;
  return text === "false" ? false : null;
}
