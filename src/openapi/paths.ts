/** A path of an OpenAPI document, as clients send it. */
export interface PathTemplate {
  /** As the document has it. */
  readonly written: string;
  readonly segments: readonly Segment[];
  /** The segments behind the prefix; null for a path that is not below it. */
  readonly below: readonly Segment[] | null;
}

/** A word, or the name of a parameter. */
export interface Segment {
  readonly kind: "word" | "parameter";
  readonly text: string;
}

/**
 * The paths of a document, as clients send them. A path that has a parameter inside a word is left out. A path comes in two
 * forms where the document's server has a path that `upstream.url` has not: clients may send it, or a proxy may be what adds
 * it. A guard must know both.
 * @param paths as they are written: `/posts/{id}`
 * @param server the path of the server that they begin at: `/`, `/v1`
 * @param path the path of `upstream.url`, which clients do not send
 * @param prefix where collections live. Where none of the paths is below it, they are taken as written without it
 */
export function pathTemplates(
  paths: readonly string[],
  {
    server,
    path,
    prefix,
  }: { readonly server: string; readonly path: string; readonly prefix: string },
): PathTemplate[] {
  const whole = paths.map((written) => ({
    written,
    words: [...wordsOf(server), ...wordsOf(written)],
  }));
  const beyond = wordsOf(path);
  const before = wordsOf(prefix);
  const asWritten = paths.map((written) => ({ written, words: wordsOf(written) }));
  const behindServer = whole.every(({ words }) => beginsWith(words, beyond))
    ? whole.map((one) => ({ ...one, words: one.words.slice(beyond.length) }))
    : [];
  const both = [...placedAt(before, behindServer), ...placedAt(before, asWritten)];
  const all = new Map(both.map((one) => [JSON.stringify([one.written, one.words]), one]));
  return [...all.values()].flatMap(({ written, words }) => {
    const segments = words.map(segmentOf);
    if (!segments.every((segment) => segment !== null)) return [];
    const below = beginsWith(words, before) ? segments.slice(before.length) : null;
    return { written, segments, below };
  });
}

/** A path, word by word. */
interface Sent {
  readonly written: string;
  readonly words: readonly string[];
}

/** The paths with the prefix before them, where none of them has it. */
const placedAt = (prefix: readonly string[], paths: readonly Sent[]): readonly Sent[] =>
  paths.some(({ words }) => beginsWith(words, prefix))
    ? paths
    : paths.map((one) => ({ ...one, words: [...prefix, ...one.words] }));

/**
 * Whether a path may be about a collection, and has a parameter inside a word, so that it is not read:
 * `/posts({id})`, `/posts/{id}:publish`.
 */
export const mayBeAbout = (written: string, collection: string): boolean =>
  wordsOf(written).some((word, index, words) => {
    if (segmentOf(word) !== null) return false;
    return words[index - 1] === collection || /^[\w-]+/.exec(word)?.[0] === collection;
  });

const wordsOf = (path: string): string[] => path.split("/").filter((word) => word !== "");

const beginsWith = (words: readonly string[], start: readonly string[]): boolean =>
  start.every((word, index) => words[index] === word);

function segmentOf(word: string): Segment | null {
  const parameter = /^\{([^{}]+)\}$/.exec(word)?.[1];
  if (parameter !== undefined) return { kind: "parameter", text: parameter };
  return /[{}]/.test(word) ? null : { kind: "word", text: word };
}
