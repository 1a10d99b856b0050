import {
  type Document,
  LineCounter,
  type Node,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseAllDocuments,
} from "yaml";
import type { Problem } from "../model/position.ts";
import { offsetInFile } from "./scalar-offset.ts";

/** A path into a document: keys and indices, outermost first. */
export type Path = readonly PropertyKey[];

/** One YAML file, and where everything in it stands. */
export interface Source {
  /** As problems name it. */
  readonly file: string;
  /** The whole as plain values, as written. */
  readonly value: unknown;
  /** The node at a path, aliases followed; null when there is none. */
  nodeAt(path: Path): Node | null;
  /** The value at a path as written. */
  valueAt(path: Path): unknown;
  /**
   * A problem at a place: the value there, or, with `key`, that key of the mapping there, or, with `offset`, so many
   * characters into the text there. For a place that is not in the file, the nearest one above it.
   */
  problem(path: Path, message: string, detail?: { key?: string; offset?: number }): Problem;
}

/** More than this is no configuration. */
const LARGEST = 1_000_000;
const MOST_ALIASES = 100;

/** Reads YAML text. Gives the source, or what is wrong with the text. */
export function readSource(text: string, file: string): Source | readonly Problem[] {
  const lines = new LineCounter();
  const at = (offset: number, message: string): Problem => ({
    file,
    ...place(lines, offset),
    message,
  });
  if (Buffer.byteLength(text) > LARGEST) return [at(0, "the file is larger than 1 MB")];

  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
    version: "1.2",
  });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined)
    return [at(0, "the file is empty; at least upstream.url is required")];
  if (second) return [at(second.range[0], "a second document in one file; there may be only one")];

  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) return wrong.map(({ pos, message }) => at(pos[0], plain(message)));
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return sourceOf(document, value, file, at);
  } catch (error) {
    return [at(0, `the file can't be read: ${plain((error as Error).message)}`)];
  }
}

function sourceOf(
  document: Document.Parsed,
  value: unknown,
  file: string,
  at: (offset: number, message: string) => Problem,
): Source {
  const resolved = (node: unknown): Node | null => {
    const target = isAlias(node) ? node.resolve(document) : node;
    return isNode(target) ? target : null;
  };
  const nodeAt = (path: Path): Node | null => {
    let node = resolved(document.contents);
    for (const key of path) {
      if (isMap(node)) node = resolved(node.get(key, true));
      else if (isSeq(node)) node = resolved(node.items[Number(key)]);
      else return null;
    }
    return node;
  };
  const nearest = (path: Path): Node | null =>
    nodeAt(path) ?? (path.length === 0 ? null : nearest(path.slice(0, -1)));

  return {
    file,
    value,
    nodeAt,
    valueAt: (path) => nodeAt(path)?.toJS(document),
    problem(path, message, { key, offset } = {}) {
      const node = nearest(path);
      if (key !== undefined && isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
        if (pair && isNode(pair.key)) return at(pair.key.range?.[0] ?? 0, message);
      }
      const start = node?.range?.[0] ?? 0;
      if (offset === undefined || !isScalar(node)) return at(start, message);
      return at(offsetInFile(node, offset), message);
    },
  };
}

function place(lines: LineCounter, offset: number): { line: number; col: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), col: Math.max(1, col) };
}

const plain = (message: string) => message.split("\n", 1)[0]?.replace(/:$/, "") ?? message;
