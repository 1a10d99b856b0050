import { expressPath } from "../model/express-path.ts";
import { type Habit, readings } from "./readings.ts";
import type { Segments } from "./segments.ts";

/** Paths that no client may ask for. */
export interface Closed {
  /** Whether there are any. */
  readonly any: boolean;
  /** Whether a path is one of them, in any way in which a server may read it. */
  has(path: Segments): boolean;
}

/**
 * The paths of `closed:`, from the root of the client's path. They are as strict against spellings as guards are.
 * @param paths in Express path syntax
 */
export function closedPaths(
  paths: readonly string[],
  caseSensitive: boolean,
  habits: readonly Habit[],
): Closed {
  const matchers = paths.map((path) => expressPath(path, caseSensitive));
  return {
    any: matchers.length > 0,
    has({ segments, certain }) {
      if (matchers.length === 0) return false;
      const all = certain ? [segments] : readings(segments, habits);
      return all.some((reading) => matchers.some((matches) => matches(reading) !== null));
    },
  };
}
