import { Ajv2020 } from "ajv/dist/2020.js";
import type { Json } from "../model/json.ts";
import {
  type CompileSchema,
  MOST_VIOLATIONS,
  type Schema,
  type SchemaMistake,
} from "../model/json-schema.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { checkBudget } from "./budget.ts";
import { engine, fits } from "./engine.ts";
import { standIns } from "./exact.ts";
import { violationsIn } from "./messages.ts";

/** Makes the function that compiles JSON Schema 2020-12, by ajv. See docs/steps.md, `validate`. */
export function jsonSchemas(): CompileSchema {
  const metaschema = new Ajv2020({
    strict: false,
    verbose: true,
    logger: false,
    validateFormats: false,
  });
  const formats: ReadonlySet<string> = new Set(
    Object.keys(engine(checkBudget(), standIns()).formats),
  );

  return (place, documentAt) => {
    const bundled = bundle(place, documentAt, formats);
    const wrong = [...bundled.mistakes, ...malformed(bundled, metaschema)];
    if (wrong.length > 0) return { ok: false, mistakes: wrong };
    try {
      return { ok: true, schema: schemaOf(bundled.schema) };
    } catch (error) {
      return { ok: false, mistakes: [{ ...place, message: (error as Error).message }] };
    }
  };
}

/** Where a schema is not one, by the schema of schemas. */
function malformed({ schema, origins }: Bundle, metaschema: Ajv2020): SchemaMistake[] {
  return origins.flatMap((origin, number) => {
    const value = standIns().of(schema.$defs[number]);
    const isSchema = typeof value === "boolean" || (typeof value === "object" && value !== null);
    if (!isSchema || Array.isArray(value)) return { ...origin, message: "should be a schema" };
    if (metaschema.validateSchema(value) === true) return [];
    const [error] = violationsIn(metaschema.errors ?? [], value, 1);
    const [first] = metaschema.errors ?? [];
    const path = (first?.instancePath ?? "").split("/").slice(1);
    const names = path.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    return {
      address: origin.address,
      path: [...origin.path, ...names],
      message: `is not a valid JSON Schema: ${error?.message ?? "it has another form"}`,
    };
  });
}

function schemaOf(schema: Bundle["schema"]): Schema {
  const budget = checkBudget();
  const numbers = standIns();
  const validate = engine(budget, numbers).compile(schema);
  return {
    violations(value: Json) {
      budget.begin();
      const standIn = numbers.of(value);
      if (fits(validate, standIn, { value })) return [];
      const errors = validate.errors ?? [];
      validate.errors = null;
      return violationsIn(errors, standIn, MOST_VIOLATIONS);
    },
  };
}
