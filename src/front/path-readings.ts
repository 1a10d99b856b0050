import type { Guards } from "./guards.ts";
import { type Habit, type Path, readings } from "./readings.ts";
import type { Recognised, Recogniser } from "./recognise.ts";
import type { Segments } from "./segments.ts";

/** One reading of a path below the prefix. */
export interface PathReading {
  /** The action that the path names; null when it names none. */
  readonly found: Recognised | null;
  /** The guarded collection that the path is about, whatever the method; null when it is about none. */
  readonly guarded: string | null;
  /** Whether the prefix is written as the configuration writes it, not in another case. */
  readonly exact: boolean;
  /** Segments behind the prefix that choose an application of the upstream: `["__app", "main"]`. */
  readonly application: Path;
}

/** The settings and parts of `pathReader`, decided once. */
export interface PathReadingOptions {
  readonly prefix: Path;
  readonly caseSensitive: boolean;
  readonly recogniser: Recogniser;
  readonly guards: Guards;
  readonly habits: readonly Habit[];
  /** The word behind the prefix that an application's name follows: `__app`; null where the upstream has none. */
  readonly applications: string | null;
}

/** The longest path, in bytes, whose readings are looked at. Longer ones that servers may read differently are refused once
 * anything is guarded or closed. */
const LONGEST = 4_096;

/**
 * The readings of a path: first the gateway's own, then those of other servers. Null is a reading outside the prefix. A
 * path has one reading where all servers read it alike, or where no reading could lead to a guard.
 */
export type ReadPath = (
  method: string,
  segments: Segments,
) => [PathReading | null, ...(PathReading | null)[]];

/** Makes the function that reads paths. */
export function pathReader(options: PathReadingOptions): ReadPath {
  const { prefix, caseSensitive, recogniser, guards, habits, applications } = options;

  return (method, { segments, certain, written }) => {
    const own = placeAt(method, segments);
    if (certain || written.length > LONGEST) return [own];
    const others = readings(segments, habits).slice(1);
    return [own, ...others.map((reading) => placeAt(method, reading))];
  };

  function placeAt(method: string, path: Path): PathReading | null {
    const routed = recogniser.route(method, path);
    const exact = startsWith(path, prefix);
    const below = exact || (!caseSensitive && startsWith(path.map(lower), prefix.map(lower)));
    const rest = below ? withoutApplication(path.slice(prefix.length)) : null;
    const found = routed ?? (rest === null ? null : recogniser.action(method, rest.path));
    const guarded = guards.any ? guardedBy(path, found, rest?.path ?? null) : null;
    if (rest === null && found === null && guarded === null) return null;
    return { found, guarded, exact: exact || !below, application: rest?.application ?? [] };
  }

  /** The guarded collection that a path is about. */
  function guardedBy(path: Path, found: Recognised | null, rest: Path | null): string | null {
    const named = found?.collection ?? (rest && recogniser.collection(rest));
    const all = named === null ? recogniser.routed(path) : [named, ...recogniser.routed(path)];
    return all.find(guards.collection) ?? null;
  }

  function withoutApplication(path: Path): { application: Path; path: Path } {
    const chosen =
      applications !== null && path.length > 1 && path[0]?.toLowerCase() === applications;
    return chosen
      ? { application: path.slice(0, 2), path: path.slice(2) }
      : { application: [], path };
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
  path: Segments,
  [own, ...others]: ReturnType<ReadPath>,
  guards: Guards,
): boolean {
  const { clean, certain } = path;
  if (!guards.any || certain) return false;
  if (isTooLong(path)) return true;
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

/** Whether a path is too long to be looked at in all its readings, and is not read alike by all. */
export const isTooLong = ({ certain, written }: Segments): boolean =>
  !certain && written.length > LONGEST;

const isSame = (one: PathReading, other: PathReading) =>
  one.guarded === other.guarded &&
  one.found?.collection === other.found?.collection &&
  one.found?.name === other.found?.name;
