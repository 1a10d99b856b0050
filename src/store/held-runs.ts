import { LRUCache } from "lru-cache";
import type { JsonObject } from "../model/json.ts";
import type { RunSecrets } from "../model/run-secrets.ts";
import type { StepRecord } from "../model/run.ts";

/** Bytes of a run from which it is held: a smaller one is read again as fast. */
const LEAST = 50_000;

/** Bytes of all runs that are held. As values they take some ten times as many. */
const MOST = 16_000_000;

/** The part of a run that never changes: its context, and the steps that it had when it was last claimed. */
export interface HeldRun {
  readonly trigger: JsonObject;
  /** Hides what was secret in it and in these steps. */
  readonly secrets: RunSecrets;
  readonly steps: readonly StepRecord[];
  /** Where the next one will stand, or a later one. */
  readonly nextPlace: number;
  /** About how many bytes both have in the store. */
  readonly bytes: number;
}

/** Large runs that this process does, so that one which waits often is not read and parsed as a whole at each claim. */
export interface HeldRuns {
  /** Those that are held now, by id. */
  all(): ReadonlyMap<string, HeldRun>;
  /** Holds one, if it is large, in place of what was held of it before. */
  hold(id: string, run: HeldRun): void;
  /** The run has ended. */
  release(id: string): void;
}

/** Holds the runs that were claimed last. */
export function heldRuns(): HeldRuns {
  const held = new LRUCache<string, HeldRun>({ maxSize: MOST, sizeCalculation: bytesOf });
  return {
    all: () => new Map(held.entries()),
    hold(id, run) {
      if (run.bytes >= LEAST) held.set(id, run);
    },
    release: (id) => void held.delete(id),
  };
}

const bytesOf = ({ bytes }: HeldRun): number => bytes;
