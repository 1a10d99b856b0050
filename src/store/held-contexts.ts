import { LRUCache } from "lru-cache";
import type { JsonObject } from "../model/json.ts";

/** Characters of a context from which it is held: a shorter one is read again as fast. */
const LEAST = 50_000;

/** Characters of all contexts that are held. As values they take some ten times that many bytes. */
const MOST = 16_000_000;

/** The context of a run, read before. It never changes. */
export interface HeldContext {
  readonly trigger: JsonObject;
  /** Characters. */
  readonly length: number;
}

/** Large contexts of runs that this process does, so that one which waits often is not read and parsed at each claim. */
export interface HeldContexts {
  /** Those that are held now, by run. */
  all(): ReadonlyMap<string, HeldContext>;
  /** Holds one, if it is large. */
  hold(run: string, context: HeldContext): void;
  /** The run has ended. */
  release(run: string): void;
}

/** Holds the contexts that were used last. */
export function heldContexts(): HeldContexts {
  const held = new LRUCache<string, HeldContext>({ maxSize: MOST, sizeCalculation: lengthOf });
  return {
    all: () => new Map(held.entries()),
    hold(run, context) {
      if (context.length >= LEAST) held.set(run, context);
    },
    release: (run) => void held.delete(run),
  };
}

const lengthOf = ({ length }: HeldContext): number => length;
