import type { Json } from "../model/json.ts";
import type { Step } from "../model/step.ts";

/** A step's configuration as the history keeps it: expressions as their source, its own steps left out. */
export function inputOf(step: Step, config: unknown): Json {
  return step.plain ? (config as Json) : (shown(config) ?? null);
}

function shown(value: unknown): Json | undefined {
  if (typeof value !== "object" || value === null) return value as Json;
  if (Array.isArray(value))
    return value.some(isStep) ? undefined : value.map((item) => shown(item) ?? null);
  if ("kind" in value && value.kind === "expression")
    return (value as unknown as { source: string }).source;
  const entries = Object.entries(value).map(([name, item]) => [name, shown(item)] as const);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

const isStep = (value: unknown) =>
  typeof value === "object" && value !== null && "configure" in value;
