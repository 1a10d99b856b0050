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
 * The paths of a document, as clients send them. A path that has a parameter inside a word is left out.
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
  const sent = whole.every(({ words }) => beginsWith(words, beyond))
    ? whole.map((one) => ({ ...one, words: one.words.slice(beyond.length) }))
    : paths.map((written) => ({ written, words: wordsOf(written) }));
  const before = wordsOf(prefix);
  const isBelow = ({ words }: { readonly words: readonly string[] }) => beginsWith(words, before);
  const placed = sent.some(isBelow)
    ? sent
    : sent.map((one) => ({ ...one, words: [...before, ...one.words] }));
  return placed.flatMap(({ written, words }) => {
    const segments = words.map(segmentOf);
    if (!segments.every((segment) => segment !== null)) return [];
    const below = isBelow({ words }) ? segments.slice(before.length) : null;
    return { written, segments, below };
  });
}

const wordsOf = (path: string): string[] => path.split("/").filter((word) => word !== "");

const beginsWith = (words: readonly string[], start: readonly string[]): boolean =>
  start.every((word, index) => words[index] === word);

function segmentOf(word: string): Segment | null {
  const parameter = /^\{([^{}]+)\}$/.exec(word)?.[1];
  if (parameter !== undefined) return { kind: "parameter", text: parameter };
  return /[{}]/.test(word) ? null : { kind: "word", text: word };
}
