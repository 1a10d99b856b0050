import { setImmediate as nextTurn } from "node:timers/promises";
import { type Excess, type JsonBounds, lookAt } from "./json-bounds.ts";

/**
 * Looks whether a text stays within bounds before it is parsed as JSON, since parsing can't be interrupted. Others are
 * served while a long one is looked at. Null when it does; also of a text that is malformed, which parsing tells.
 */
export async function excess(text: string, bounds: JsonBounds): Promise<Excess | null> {
  const look = lookAt(text, bounds);
  for (;;) {
    const { done, value } = look.next();
    if (done) return value;
    await nextTurn();
  }
}
