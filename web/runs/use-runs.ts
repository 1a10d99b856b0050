import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { RunPage } from "../api/answers.ts";
import { Refused, ask } from "../api/ask.ts";
import { useNews } from "../api/use-news.ts";
import { type Filters, fits, runsPath } from "./filters.ts";
import { NO_RUNS, type RunList, firstPage, withNews, withPage, withWaiting } from "./run-list.ts";

/** The list of runs as it is loaded and as it goes on. */
export interface Runs {
  readonly list: RunList;
  readonly error: Refused | null;
  /** Loads the newest page again. */
  readonly reload: () => void;
  readonly loadMore: () => void;
  /** Shows the new runs that wait. */
  readonly showNew: () => void;
}

/**
 * Loads runs page by page, and takes in those that come.
 * @param hold whether new runs wait until they are asked for, since the reader is in the middle of the list
 */
export function useRuns(filters: Filters, hold: () => boolean): Runs {
  const [list, setList] = useState<RunList>(NO_RUNS);
  const [error, setError] = useState<Refused | null>(null);
  const [round, setRound] = useState(0);
  const loading = useRef<AbortController | null>(null);
  const key = JSON.stringify(filters);

  const load = (before: string | null, take: (list: RunList, page: RunPage) => RunList) => {
    const mine = new AbortController();
    loading.current = mine;
    const ended = () => {
      if (loading.current === mine) loading.current = null;
    };
    ask<RunPage>(runsPath(filters, before, Date.now()), mine.signal).then(
      (page) => {
        ended();
        setError(null);
        setList((old) => take(old, page));
      },
      (thrown: unknown) => {
        ended();
        if (!mine.signal.aborted) setError(thrown as Refused);
      },
    );
  };

  useEffect(() => {
    load(null, (_old, page) => firstPage(page));
    return () => loading.current?.abort();
  }, [key, round]);
  useEffect(() => setList(NO_RUNS), [key]);

  const reload = useCallback(() => setRound((count) => count + 1), []);
  useNews((news) => {
    if (news.kind === "connection" && news.again) reload();
    if (news.kind !== "runs") return;
    const known = new Set(list.runs.map(({ id }) => id));
    const told = news.runs.filter((run) => fits(filters, run) || known.has(run.id));
    if (told.length > 0 || news.more) setList((old) => withNews(old, told, news.more, hold()));
  });

  return {
    list,
    error,
    reload,
    loadMore() {
      if (loading.current === null && typeof list.next === "string") load(list.next, withPage);
    },
    showNew() {
      if (list.more) reload();
      else setList(withWaiting);
    },
  };
}
