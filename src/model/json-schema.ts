import type { Json, JsonObject } from "./json.ts";

/** A value that does not fit a schema, at one place. */
export interface Violation extends JsonObject {
  /** `lines[2].qty`; the empty text is the whole value. */
  readonly path: string;
  /** A whole sentence: `lines[2].qty must be at least 1`. */
  readonly message: string;
  /** The keyword of the schema that it breaks: `minimum`. */
  readonly keyword: string;
}

/** A schema, compiled. */
export interface Schema {
  /**
   * All that is wrong with a value, up to `MOST_VIOLATIONS`; none: it fits. The value is not changed.
   * @throws {StepError} `TOO_MUCH_TO_CHECK`, when that takes too long
   */
  readonly violations: (value: Json) => readonly Violation[];
}

/** The most violations that are told of one value. */
export const MOST_VIOLATIONS = 20;

/** A place in a document: its address, and keys and indices from the top. */
export interface SchemaPlace {
  /** `file:///srv/post.schema.json`. */
  readonly address: string;
  readonly path: readonly (string | number)[];
}

/** A document that holds schemas. */
export interface SchemaDocument {
  readonly value: unknown;
  /** Whether it is an OpenAPI document, and of which version. */
  readonly dialect: "2020-12" | "openapi 3.0" | "openapi 3.1";
}

/** Something wrong with a schema. */
export interface SchemaMistake extends SchemaPlace {
  readonly message: string;
  /** This key of the mapping at the path, not its value. */
  readonly key?: string;
}

/** The schema, or all that is wrong with it. */
export type CompiledSchema =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly mistakes: readonly SchemaMistake[] };

/**
 * Compiles the schema at a place.
 * @param documentAt gives the document at an address without `#`; null where it can't be read
 */
export type CompileSchema = (
  place: SchemaPlace,
  documentAt: (address: string) => SchemaDocument | null,
) => CompiledSchema;
