import type { RunPage, RunSummary } from "../api/answers.ts";

/** The runs that are loaded, newest first, and the new ones that wait to be shown. */
export interface RunList {
  readonly runs: readonly RunSummary[];
  /** The `before` of the next page; null at the end; undefined before the first page. */
  readonly next: string | null | undefined;
  /** New runs that are not shown yet. */
  readonly waiting: readonly RunSummary[];
  /** More came than were told. */
  readonly more: boolean;
}

/** Before anything is loaded. */
export const NO_RUNS: RunList = { runs: [], next: undefined, waiting: [], more: false };

/** A list that begins with a page. */
export const firstPage = ({ runs, next }: RunPage): RunList => ({ ...NO_RUNS, runs, next });

/** A list with a further page at its end. */
export function withPage(list: RunList, page: RunPage): RunList {
  const known = new Set(list.runs.map(({ id }) => id));
  const added = page.runs.filter(({ id }) => !known.has(id));
  return { ...list, runs: [...list.runs, ...added], next: page.next };
}

/**
 * A list after news. Runs that it knows are changed where they stand. New ones are shown at once, or wait.
 * @param hold whether new ones wait
 */
export function withNews(
  list: RunList,
  told: readonly RunSummary[],
  more: boolean,
  hold: boolean,
): RunList {
  if (list.next === undefined) return list;
  const news = new Map(told.map((run) => [run.id, run]));
  const take = (run: RunSummary) => {
    const newer = news.get(run.id);
    news.delete(run.id);
    return newer ?? run;
  };
  const runs = list.runs.map(take);
  const waiting = list.waiting.map(take);
  const oldest = list.next === null ? "" : (runs.at(-1)?.id ?? "");
  // Older ones stand on a page that is not loaded yet.
  const added = [...news.values()].filter(({ id }) => id > oldest);
  return hold
    ? {
        ...list,
        runs,
        waiting: [...added, ...waiting].toSorted(newestFirst),
        more: list.more || more,
      }
    : { ...list, runs: [...added, ...waiting, ...runs].toSorted(newestFirst), waiting: [], more };
}

/** A list with the runs that waited. */
export const withWaiting = (list: RunList): RunList => ({
  ...list,
  runs: [...list.waiting, ...list.runs].toSorted(newestFirst),
  waiting: [],
});

/** Ids are UUIDv7: they sort by time. */
const newestFirst = (one: RunSummary, other: RunSummary) => (one.id < other.id ? 1 : -1);
