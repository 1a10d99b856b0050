import type { Generation } from "./generation.ts";

/** Generations that are no longer in force, each until nothing uses it any more. */
export interface Retired {
  /** One more. @param answered resolves when the requests that have come under it are answered */
  add(generation: Generation, answered: Promise<void>): void;
  /** How many there are. */
  readonly count: number;
  /** Lets go of those that are left. @param grace milliseconds that requests in flight may take to end */
  close(grace: number): Promise<void>;
}

/** Connects no more requests than these wait for: an upgrade that the upstream has not answered yet. In milliseconds. */
const LEAST_GRACE = 5_000;

/** There is none at first. */
export function retiredGenerations(): Retired {
  const left = new Set<Generation>();
  return {
    add(generation, answered) {
      left.add(generation);
      void Promise.all([answered, generation.unused()])
        .then(() => generation.close(Math.max(LEAST_GRACE, generation.config.upstream.timeout)))
        .finally(() => left.delete(generation));
    },
    get count() {
      return left.size;
    },
    async close(grace) {
      await Promise.all([...left].map((generation) => generation.close(grace)));
    },
  };
}
