import type { Route } from "./action.ts";
import type { SchemaDocument, SchemaPlace } from "./json-schema.ts";
import type { ApiFacts } from "./upstream-api.ts";
import type { ValueType } from "./value-type.ts";

/** What documents tell of the upstream, by the names of collections. */
export type UpstreamTypes = ReadonlyMap<string, DescribedCollection>;

/** What documents tell of one collection. */
export interface DescribedCollection {
  /** The parameter of its paths that is the key of a record: `slug` of `/posts/{slug}`; null: none is told. */
  readonly key: string | null;
  /** A record, as answers hold it. */
  readonly record: ValueType;
  /** Its actions, by name. */
  readonly actions: ReadonlyMap<string, DescribedAction>;
  /** Paths of its own, which the preset's form does not tell. */
  readonly routes: readonly DescribedRoute[];
  /** Paths that are about it, and that neither the preset's form nor a route tells: `/{tenant}/posts/{id}`. As they are written. */
  readonly unrouted: readonly string[];
}

/** What is sent to an action, and what is answered. */
export interface DescribedAction {
  readonly values: ValueType;
  readonly answer: ValueType;
}

/** A route that a document tells. */
export interface DescribedRoute extends Route {
  /** The collection that the path would be about without the route; null: none. */
  readonly insteadOf: string | null;
}

/** Where types are told. */
export interface UpstreamDocuments {
  /** The address of the OpenAPI document; null: there is none. */
  readonly openapi: string | null;
  /** JSON Schemas of records, by collection. They win over the document. */
  readonly schemas: ReadonlyMap<string, SchemaPlace>;
  /** Gives the document at an address without `#`; null where it can't be read. */
  readonly documentAt: (address: string) => SchemaDocument | null;
  /** How the upstream is spoken to. Its prefix and pointers say where records are. */
  readonly api: Pick<ApiFacts, "prefix" | "record" | "values">;
  /** The path of `upstream.url`, empty where it has none: `/v1`. */
  readonly path: string;
}

/** Reads what documents tell. It never throws: what can't be read is not told. */
export type DescribeUpstream = (documents: UpstreamDocuments) => UpstreamTypes;
