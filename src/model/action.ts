import type { Json } from "./json.ts";

/**
 * The action that a request asks of a collection, however it was spelt.
 *
 *     POST /posts:create              → { collection: "posts", name: "create", keys: [] }
 *     PATCH /posts/1                  → { collection: "posts", name: "update", keys: ["1"] }
 *     POST /posts/1/comments:create   → { collection: "comments", name: "create", parent: {…"posts", "1", "comments"} }
 */
export interface Action {
  /** The target collection, spelt as the configuration spells it where it does. */
  readonly collection: string;
  /** `list`, `get`, `create`, `update`, `updateOrCreate`, `destroy`, `trigger` or an upstream's own. */
  readonly name: string;
  /** Record keys, decoded; `[]` when the request names none. */
  readonly keys: readonly string[];
  /** The keys as the client sent them: null, `"1"`, or `["1","2"]`. */
  readonly filterByTk: Json;
  readonly parent: ParentRecord | null;
  /** How the client spelt it: `/posts/1`, `/posts:update/1`, or a path of `routes:`. */
  readonly form: "rest" | "action" | "route";
}

/** The record above a nested collection: `/posts/1/comments` → posts, 1, comments. */
export interface ParentRecord {
  readonly collection: string;
  readonly key: string;
  /** The word in the path; the target collection may be named otherwise. */
  readonly association: string;
}

/** The actions that change records, and are a workflow's business unless it says otherwise. */
export const WRITE_ACTIONS: readonly string[] = ["create", "update", "updateOrCreate", "destroy"];

/** All action names that have a meaning of their own. Any other is an upstream's own. */
export const KNOWN_ACTIONS: readonly string[] = ["list", "get", ...WRITE_ACTIONS, "trigger"];

/** The settings of a collection that differ from the defaults. */
export interface Collection {
  /** Undefined: as the upstream's records usually have it. */
  readonly primaryKey?: string | undefined;
  /** By the name of the to-one field. */
  readonly associations: Readonly<Record<string, Association>>;
}

/** Where an association leads. */
export interface Association {
  readonly collection: string;
  /** The field that holds the other record's key; null: `<name>Id`. */
  readonly foreignKey: string | null;
}

/** A route of `routes:`: a path of the upstream's own that means an action. */
export interface Route {
  readonly method: string;
  /** Express path syntax; the parameter `:key` is the record key. */
  readonly path: string;
  readonly collection: string;
  readonly action: string;
}

/** The part of a request's head that says where it goes. `path` begins with `/` and carries the query. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
}
