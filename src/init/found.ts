/** The upstream that was found. */
export interface Found {
  /** As its people call it: `Directus`. */
  readonly name: string;
  /** The preset that it is spoken to with: `directus`. */
  readonly api: string;
  /** Without a slash at its end; for a preset with a prefix of its own, without that. */
  readonly url: string;
  /** Where collections live, where that is not the preset's own; else null. */
  readonly prefix: string | null;
  /** The collections that it tells of without being signed in, by name. */
  readonly collections: readonly Collection[];
  /** How it was recognised, in words: `it answers /server/info`. */
  readonly because: string;
  /** What `identity` could be: YAML, in one line; null where the upstream says nothing of it. */
  readonly identity: string | null;
}

/** A collection, with the associations that its fields lead to: `{ category: "categories" }`. */
export interface Collection {
  readonly name: string;
  readonly associations: Readonly<Record<string, string>>;
}

/** Names that are safe in a file, a path and a comment. Collections of other names are left out. */
const PLAIN = /^[A-Za-z_][\w-]{0,63}$/;

/** Collections beyond these are left out: nobody reads a longer list. */
const MOST = 50;

/** Collections without associations. Each once, by name, only plain ones. */
export const collectionsOf = (names: readonly string[]): readonly Collection[] =>
  [...new Set(names)]
    .filter((name) => PLAIN.test(name))
    .toSorted()
    .slice(0, MOST)
    .map((name) => ({ name, associations: {} }));
