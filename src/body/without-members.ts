import { setImmediate as nextTurn } from "node:timers/promises";
import { stringEnd } from "../model/json-bounds.ts";

/**
 * The text of a JSON object without its outermost members of some names; the others stay byte for byte.
 *
 *     {"_method": "DELETE", "price": 1.0}    → {"price": 1.0}
 *     { "price": 1.0, "_method": "DELETE" }  → { "price": 1.0 }
 * @param text known to be a JSON object
 */
export async function withoutMembers(
  text: string,
  isGone: (name: string) => boolean,
): Promise<string> {
  const members = await outermostMembers(text);
  const kept = members.filter(({ name }) => !isGone(name));
  const [first, last] = [members[0], members.at(-1)];
  if (first === undefined || last === undefined || kept.length === members.length) return text;
  const written = kept.map(({ at, end, after }, index) =>
    text.slice(index === 0 ? at : after, end),
  );
  return text.slice(0, first.at) + written.join("") + text.slice(last.end);
}

/** A member of an object, and where it stands. */
interface Member {
  readonly name: string;
  /** Where its name begins. */
  readonly at: number;
  /** Behind its value. */
  readonly end: number;
  /** Behind the member before it. */
  readonly after: number;
}

/** Characters between two moments in which others are served. */
const STRIDE = 250_000;

async function outermostMembers(text: string): Promise<Member[]> {
  const members: Member[] = [];
  let depth = 0;
  let begun: Pick<Member, "name" | "at"> | null = null;
  let solid = 0;
  let next = STRIDE;
  for (let at = 0; at < text.length; at++) {
    if (at >= next) {
      await nextTurn();
      next = at + STRIDE;
    }
    const char = text[at] as string;
    const ends = depth === 1 && (char === "," || char === "}");
    if (ends && begun !== null) {
      members.push({ ...begun, end: solid, after: members.at(-1)?.end ?? begun.at });
      begun = null;
    }
    if (char === "{" || char === "[") depth++;
    if (char === "}" || char === "]") depth--;
    if (char === '"') {
      const end = stringEnd(text, at);
      if (depth === 1) begun ??= { name: JSON.parse(text.slice(at, end)) as string, at };
      at = end - 1;
    }
    if (!" \t\n\r".includes(char)) solid = at + 1;
  }
  return members;
}
