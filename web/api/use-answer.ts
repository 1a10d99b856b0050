import { useCallback, useEffect, useState } from "preact/hooks";
import { Refused, ask } from "./ask.ts";
import { useNews } from "./use-news.ts";

/** An answer of the admin port on its way, there, or refused. While it is asked for again, the last one stays. */
export interface Answered<T> {
  readonly answer: T | null;
  readonly error: Refused | null;
  readonly reload: () => void;
}

/** Asks the admin port when a view appears, when its path changes, and when a lost connection is back. */
export function useAnswer<T>(path: string): Answered<T> {
  const [told, setTold] = useState<{
    path: string;
    answer: T | null;
    error: Refused | null;
  }>({ path, answer: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    ask<T>(path, leaving.signal).then(
      (answer) => setTold({ path, answer, error: null }),
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        setTold(({ answer, path: of }) => ({
          path,
          answer: of === path ? answer : null,
          error: error instanceof Refused ? error : new Refused(0, String(error)),
        }));
      },
    );
    return () => leaving.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((count) => count + 1), []);
  useNews((news) => {
    if (news.kind === "connection" && news.again) reload();
  });
  const own = told.path === path;
  return { answer: own ? told.answer : null, error: own ? told.error : null, reload };
}
