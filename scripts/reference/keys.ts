import { z } from "zod";
import { cell, table } from "./markdown.ts";

/** A property of a JSON Schema, as far as the reference shows it. */
interface Property {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Property[];
}

/** A table of all keys of a mapping, those of mappings in it too: `auth.signature.scheme`. */
export function keyTable(config: z.ZodType, without: readonly string[] = []): string[] {
  const schema = z.toJSONSchema(config, { unrepresentable: "any", io: "input" }) as Property;
  const rows = rowsOf(schema, "").filter(([name = ""]) => !without.includes(name));
  return table(
    ["key", "meaning", "default"],
    rows.map(([name, ...cells]) => [`\`${name}\``, ...cells]),
  );
}

function rowsOf({ properties = {}, required = [] }: Property, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const inner = rowsOf(mappingIn(property), `${prefix}${name}.`);
    const said = required.includes(name) ? "required" : defaultOf(property);
    const own = [
      `${prefix}${name}`,
      meaning(property),
      inner.length > 0 && said !== "required" ? "" : said,
    ];
    return inner.length > 0 && property.description === undefined ? inner : [own, ...inner];
  });
}

/** The mapping that a value is, or may be. */
const mappingIn = (property: Property): Property =>
  property.properties ? property : (property.anyOf?.find(({ properties }) => properties) ?? {});

function meaning({ description = "", enum: values }: Property): string {
  const text = cell(description);
  return values
    ? `${text} One of ${values.map((value) => `\`${String(value)}\``).join(", ")}.`
    : text;
}

const defaultOf = ({ default: value }: Property) =>
  value === undefined ? "" : `\`${JSON.stringify(value)}\``;
