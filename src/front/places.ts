import type { Guards } from "./guards.ts";
import { type Habit, type Path, readings } from "./readings.ts";
import type { Recognised, Recogniser } from "./recognise.ts";
import type { Segments } from "./segments.ts";

/** What a path below the prefix is about. */
export interface Place {
  /** The action that it names; null when it is none. */
  readonly found: Recognised | null;
  /** The guarded collection that it is about, whatever the method; null when it is about none. */
  readonly guarded: string | null;
  /** Whether the prefix is written as the configuration writes it, not in another case. */
  readonly exact: boolean;
}

/** What finding places needs, decided once. */
export interface PlaceOptions {
  readonly prefix: Path;
  readonly caseSensitive: boolean;
  readonly recogniser: Recogniser;
  readonly guards: Guards;
  readonly habits: readonly Habit[];
}

/** The longest path, in bytes, whose readings are looked at. A longer one that is not certain is not let to any guard. */
const LONGEST = 4_096;

/**
 * Where a path leads: first as it is read here, then as other servers may read it. Null is a place outside the prefix.
 * A path that is read alike by all, and one that no guard could be meant by, has one place.
 */
export type FindPlaces = (
  method: string,
  segments: Segments,
) => [Place | null, ...(Place | null)[]];

/** Makes the function that finds places. */
export function placeFinder(options: PlaceOptions): FindPlaces {
  const { prefix, caseSensitive, recogniser, guards, habits } = options;

  return (method, { segments, certain, written }) => {
    const own = placeAt(method, segments);
    if (certain || written.length > LONGEST) return [own];
    const others = readings(segments, habits).slice(1);
    return [own, ...others.map((reading) => placeAt(method, reading))];
  };

  function placeAt(method: string, path: Path): Place | null {
    const exact = startsWith(path, prefix);
    if (!exact && (caseSensitive || !startsWith(path.map(lower), prefix.map(lower)))) return null;
    const rest = prefix.length === 0 ? path : path.slice(prefix.length);
    const found = recogniser.action(method, rest);
    if (!guards.any) return { found, guarded: null, exact };
    const guarded = recogniser.collections(rest, found).find(guards.collection) ?? null;
    return { found, guarded, exact };
  }
}

const startsWith = (path: Path, prefix: Path) =>
  prefix.every((part, index) => path[index] === part);

const lower = (text: string) => text.toLowerCase();

/**
 * Whether a path may mean a guarded collection to a server that reads it otherwise than it is read here. A path that is
 * not clean is never matched, so all that counts is what it could mean. A clean one that only looks, and is looked at by
 * no workflow in any reading, may go on: `GET /posts.html`.
 */
export function isAmbiguous(
  method: string,
  { clean, certain, written }: Segments,
  [own, ...others]: ReturnType<FindPlaces>,
  guards: Guards,
): boolean {
  if (!guards.any || certain) return false;
  if (written.length > LONGEST) return true;
  if (!clean && own !== null && own.guarded !== null) return true;
  const looks = method === "GET" || method === "HEAD";
  return others.some((other) => {
    if (other === null || other.guarded === null) return false;
    if (!clean) return true;
    if (own !== null && isSame(own, other)) return false;
    const { found } = other;
    return !looks || (found !== null && guards.action(found.collection, found.name));
  });
}

const isSame = (one: Place, other: Place) =>
  one.guarded === other.guarded &&
  one.found?.collection === other.found?.collection &&
  one.found?.name === other.found?.name;
