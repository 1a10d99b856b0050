/**
 * A JSON value as cel-js can read it: objects with a field `constructor`, which it takes for their class, become Maps.
 * Else one such field would hide all others: an error at best, and with `.?` an absence.
 *
 * The value itself where it has no such field.
 */
export function readable(value: unknown): unknown {
  return hasConstructorField(value) ? withMaps(value) : value;
}

function hasConstructorField(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasConstructorField);
  if (Object.hasOwn(value, "constructor")) return true;
  return Object.values(value).some(hasConstructorField);
}

function withMaps(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withMaps);
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => [
    name,
    withMaps(item),
  ]);
  return Object.hasOwn(value, "constructor") ? new Map(entries) : Object.fromEntries(entries);
}
