import type { JsonObject } from "../../src/model/json.ts";

/** A backend that npm has, as `npm run test:real` installs and starts it. */
export interface Backend {
  /** By which it is chosen: `json-server-1`. */
  readonly name: string;
  /** Packages and their exact versions; the first is the backend itself. */
  readonly packages: Readonly<Record<string, string>>;
  /** Those of them, or of what they need, whose install scripts are run. Default: none. */
  readonly builds?: readonly string[];
  /** The major version of Node that it needs, where this one is another: it comes from npm. */
  readonly node?: string;
  /** Whether its database is the Postgres that the tests have. */
  readonly needsPostgres?: boolean;
  /** Starts it with the records of `seed.ts`. */
  start(place: Place): Promise<Served>;
}

/** Where a backend is installed, and what it is run with. */
export interface Place {
  /** Holds `node_modules`; other files of the backend may go into it. */
  readonly folder: string;
  /** The `node` to run it with. */
  readonly node: string;
}

/** A backend that serves on loopback, and what has to be known to speak to it. */
export interface Served {
  readonly url: string;
  /** The keys of `upstream` beside `url`, in one line: `api: parse`. */
  readonly upstream: string;
  /** `identity` in YAML, as docs/identity.md recommends it for this backend. */
  readonly identity: string;
  /** `collections` in YAML. */
  readonly collections: string;
  /** The paths of the two collections: `/items/posts`. */
  readonly posts: string;
  readonly categories: string;
  /** The field of a record's key. */
  readonly key: string;
  /** The key of the category called News, which the posts with even numbers have. */
  readonly news: string;
  /** How a post is given its category: `{ categoryId: "1" }`. */
  inCategory(key: string): JsonObject;
  /** Callers that the backend knows; none where it knows nobody. The first is the one who does all other requests. */
  readonly callers: readonly RealCaller[];
  /** Headers that every request needs. */
  readonly headers: Readonly<Record<string, string>>;
  /** A credential that the backend does not know, and the status of its answer; null where it knows nobody. */
  readonly stranger: {
    readonly headers: Readonly<Record<string, string>>;
    readonly status: number;
  } | null;
  /** The method of an update: `PATCH`. */
  readonly updates: string;
  /** What a client sends to write these values: `{ data: values }`. */
  body(values: JsonObject): JsonObject;
  /** The record in an answer. */
  record(answer: JsonObject): JsonObject;
  /** The records in the answer to a list. */
  records(answer: JsonObject): JsonObject[];
  /** The query by which a client asks for the posts with this title. */
  titled(title: string): string;
  /** Other ways to say an update of one post, which the backend is known to take. */
  spellings(key: string, values: JsonObject): readonly Spelling[];
  stop(): Promise<void>;
}

/** Somebody with an account. */
export interface RealCaller {
  /** The value of `field` in `trigger.user`. */
  readonly name: string;
  readonly field: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request as a client may spell it. */
export interface Spelling {
  readonly title: string;
  readonly method: string;
  /** The target as it is sent. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}
