import { keyWords } from "./words/index.ts";

/** A JSON Schema, or a part of one. */
type Schema = Record<string, unknown>;

/**
 * A JSON Schema whose keys say what they mean.
 * @param prefix where it stands: empty, or `workflows.<name>.`
 */
export function inWords(schema: Schema, prefix: string): Schema {
  const told: Schema = { ...schema };
  if (isSchema(schema["properties"])) {
    told["properties"] = Object.fromEntries(
      Object.entries(schema["properties"]).map(([name, one]) => [
        name,
        keyInWords(one as Schema, `${prefix}${name}`),
      ]),
    );
  }
  for (const name of ["anyOf", "allOf"]) {
    const ways = schema[name];
    if (Array.isArray(ways)) told[name] = ways.map((way: Schema) => inWords(way, prefix));
  }
  for (const [name, step] of BELOW) {
    const inner = schema[name];
    if (isSchema(inner)) told[name] = inWords(inner, belowOf(prefix, step));
  }
  return told;
}

function keyInWords(schema: Schema, path: string): Schema {
  const inner = inWords(schema, `${path}.`);
  const description = keyWords.get(path);
  return description === undefined ? inner : { description, ...inner };
}

/** What stands below a mapping of names or a list, and how a path says so. */
const BELOW = [
  ["additionalProperties", ".<name>"],
  ["items", "[]"],
] as const;

/** Several ways to know a caller are as one is. */
const belowOf = (prefix: string, step: string): string =>
  prefix === "identity." ? prefix : `${prefix.slice(0, -1)}${step}.`;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
