import {
  type Document,
  LineCounter,
  type Node,
  type Scalar,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseAllDocuments,
  visit,
} from "yaml";
import type { Problem } from "../../model/position.ts";
import { pageOf } from "./see.ts";
import { offsetInFile } from "./scalar-offset.ts";
import { offences } from "./rules.ts";
import { firstSyntaxError, isTooDeep } from "./syntax.ts";

/** A path into a document: keys and indices, outermost first. */
export type Path = readonly PropertyKey[];

/** The path of the item behind another one of a list: `["steps", 0]` → `["steps", 1]`. */
export const nextOf = (path: Path): Path => [...path.slice(0, -1), Number(path.at(-1)) + 1];

/** A place more exact than a path. */
export interface Detail {
  /** This key of the mapping at the path, not its value. */
  readonly key?: string;
  /** So many characters into the text at the path. */
  readonly offset?: number;
}

/** One YAML file that is a mapping, and where everything in it stands. */
export interface Source {
  /** As problems name it. */
  readonly file: string;
  /** The whole as plain values, as written. */
  readonly value: Readonly<Record<string, unknown>>;
  /** The node at a path, aliases followed; null when there is none. */
  nodeAt(path: Path): Node | null;
  /** The value at a path as written. An integer outside ±2^53 is a bigint. */
  valueAt(path: Path): unknown;
  /** The keys of the mapping at a path, as they stand in the file: an object has keys of digits before all others. */
  keysAt(path: Path): readonly string[];
  /** Whether the text at a path stands without quotes, so that a variable in its place may be a number. */
  isUnquoted(path: Path): boolean;
  /**
   * A problem at a place; its message begins with the path. For a place that is not in the file, the position is that of
   * the nearest one above it.
   */
  problem(path: Path, message: string, detail?: Detail): Problem;
}

/** A file of more bytes than this is refused. */
const LARGEST = 1_000_000;

/**
 * Reads the bytes of a YAML file. Gives the source, or the problems. An empty file is `{}`.
 * @param largest in bytes
 */
export function readSource(
  bytes: Uint8Array,
  file: string,
  largest = LARGEST,
): Source | readonly Problem[] {
  const lines = new LineCounter();
  const at = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), col: Math.max(1, col), message };
  };
  const placeOf = (offset: number) => {
    const { line, col } = at(offset, "");
    return `${file}:${line}:${col}`;
  };
  if (bytes.length > largest) return [at(0, `the file is larger than ${largest / 1_000_000} MB`)];

  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (isTooDeep(text)) return [at(0, "the file is nested too deeply")];
    const documents = documentsOf(text, lines);
    const [document, second] = documents;
    if (document === undefined) return sourceOf(file, text, null, at);
    if (second)
      return [at(second.range[0], "a second document begins here; a file holds only one")];

    const wrong = [...document.errors, ...document.warnings];
    const deep = wrong.find(({ message }) => message.startsWith(STACK_OVERFLOW));
    if (deep) return [at(deep.pos[0], "the file is nested too deeply")];
    const broken = firstSyntaxError(document.errors);
    if (broken) return [at(broken.offset, broken.message)];
    if (wrong.length > 0) return wrong.map(({ pos, message }) => at(pos[0], firstLine(message)));
    const bad = offences(document, placeOf);
    if (bad.length > 0) return bad.map(({ offset, message }) => at(offset, message));
    const { contents } = document;
    if (contents === null || isMap(contents) || isEmpty(contents))
      return sourceOf(file, text, document, at);
    return [at(contents.range[0], "the file should be a mapping: upstream: { url: … }")];
  } catch (error) {
    return [at(0, `the file can't be read: ${reason(error)}`)];
  }
}

function documentsOf(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  const documents = parseAllDocuments(text, {
    lineCounter,
    prettyErrors: false,
    stringKeys: true,
    // Checked by our own rules, which name both places.
    uniqueKeys: false,
    resolveKnownTags: false,
    intAsBigInt: true,
  });
  if (!Array.isArray(documents)) return [];
  for (const document of documents) visit(document, { Scalar: (_key, node) => narrow(node) });
  return documents;
}

/** Integers are read without rounding; most are numbers all the same. */
function narrow(node: Scalar): void {
  const { value } = node;
  if (typeof value === "bigint" && -LARGEST_NUMBER <= value && value <= LARGEST_NUMBER)
    node.value = Number(value);
}

const LARGEST_NUMBER = 2n ** 53n;

function sourceOf(
  file: string,
  text: string,
  document: Document.Parsed | null,
  at: (offset: number, message: string) => Problem,
): Source {
  const toJS = (node: Node | null): unknown =>
    node && document ? node.toJS(document, { maxAliasCount: -1 }) : undefined;
  const resolved = (node: unknown): Node | null => {
    const target = isAlias(node) && document ? node.resolve(document) : node;
    return isNode(target) ? target : null;
  };
  const root = resolved(document?.contents);
  const nodeAt = (path: Path): Node | null => {
    let node = root;
    for (const key of path) {
      if (isMap(node)) node = resolved(node.get(String(key), true));
      else if (isSeq(node)) node = resolved(node.items[Number(key)]);
      else return null;
    }
    return node;
  };
  const valueAt = (path: Path): unknown => toJS(nodeAt(path));
  const nearest = (path: Path): Node | null =>
    nodeAt(path) ?? (path.length === 0 ? null : nearest(path.slice(0, -1)));
  const offsetOf = (path: Path, { key, offset }: Detail): number => {
    const node = nearest(path);
    if (key !== undefined && isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0;
    }
    if (offset !== undefined && isScalar(node)) return offsetInFile(text, node, offset);
    return node?.range?.[0] ?? 0;
  };

  return {
    file,
    value: (toJS(root) ?? {}) as Readonly<Record<string, unknown>>,
    nodeAt,
    valueAt,
    keysAt(path) {
      const node = nodeAt(path);
      return isMap(node)
        ? node.items.map(({ key }) => String(isScalar(key) ? key.value : key))
        : [];
    },
    isUnquoted(path) {
      const node = nodeAt(path);
      return isScalar(node) && node.type === "PLAIN";
    },
    problem(path, message, detail = {}) {
      const where = path.length === 0 ? "" : `${path.map(String).join(".")}: `;
      const see = detail.offset === undefined ? pageOf(path, valueAt) : EXPRESSIONS;
      return { ...at(offsetOf(path, detail), where + message), see };
    },
  };
}

const EXPRESSIONS = "docs/workflows.md#expressions";

const isEmpty = (node: Node) => isScalar(node) && (node.value ?? "") === "";

const firstLine = (message: string) => message.split("\n", 1)[0]?.replace(/:$/, "") ?? message;

/** The errors of the parser for nesting that is too deep: one error for each level that is too deep. */
const STACK_OVERFLOW = "Maximum call stack size exceeded";

const reason = (error: unknown) =>
  error instanceof TypeError ? "it is not UTF-8" : firstLine((error as Error).message);
