import { type Alias, type Document, isAlias, isCollection, isPair, isScalar, visit } from "yaml";

/** Something that YAML allows and a configuration does not, so many characters into the file. */
export interface Offence {
  readonly offset: number;
  readonly message: string;
}

/** A file with more expansions of aliases than this is refused. See docs/configuration.md, "Limits". */
const MOST_EXPANSIONS = 100;

/**
 * Readable YAML that a configuration may not hold: a key that stands twice in a mapping, the key `__proto__`, an alias of
 * nothing, more than 100 expansions of aliases, a number that JSON does not have.
 * @param placeOf an offset as people read it: `gateway.yaml:7:3`
 */
export function offences(document: Document, placeOf: (offset: number) => string): Offence[] {
  return [...badKeys(document, placeOf), ...badAliases(document), ...endlessNumbers(document)];
}

function badKeys(document: Document, placeOf: (offset: number) => string): Offence[] {
  const found: Offence[] = [];
  visit(document, {
    Map(_key, map) {
      const first = new Map<string, number>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        const offset = key.range?.[0] ?? 0;
        // As in JSON of clients: a program that copies it member by member changes more than it means to.
        if (name === "__proto__") found.push({ offset, message: '"__proto__" can\'t be a key' });
        const before = first.get(name);
        first.set(name, before ?? offset);
        if (before === undefined) continue;
        found.push({ offset, message: `"${name}" is already defined at ${placeOf(before)}` });
      }
    },
  });
  return found;
}

/** `.inf`, `.nan` and `1e400`, which JSON would make null of. */
function endlessNumbers(document: Document): Offence[] {
  const found: Offence[] = [];
  visit(document, {
    Scalar(_key, { value, range }) {
      if (typeof value !== "number" || Number.isFinite(value)) return;
      const message = "JSON has no such number; write it in quotes if it is a text";
      found.push({ offset: range?.[0] ?? 0, message });
    },
  });
  return found;
}

/** Walks the document as if its aliases were expanded, and stops at the first that is one too many: a circle is, too. */
function badAliases(document: Document): Offence[] {
  let expansions = 0;

  const walk = (node: unknown): Offence | null => {
    if (isAlias(node)) return expand(node);
    if (isPair(node)) return walk(node.key) ?? walk(node.value);
    if (!isCollection(node)) return null;
    for (const item of node.items) {
      const offence = walk(item);
      if (offence) return offence;
    }
    return null;
  };
  const expand = (alias: Alias): Offence | null => {
    const offset = alias.range?.[0] ?? 0;
    const target = alias.resolve(document);
    if (!target) return { offset, message: `there is no anchor &${alias.source} before this` };
    expansions++;
    if (expansions <= MOST_EXPANSIONS) return walk(target);
    return { offset, message: `aliases are expanded more than ${MOST_EXPANSIONS} times` };
  };

  const offence = walk(document.contents);
  return offence ? [offence] : [];
}
