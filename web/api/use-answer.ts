import { useCallback, useEffect, useState } from "preact/hooks";
import { Refused, ask } from "./ask.ts";

/** An answer of the admin port on its way, there, or refused. While it is asked for again, the last one stays. */
export interface Answered<T> {
  readonly answer: T | null;
  readonly error: Refused | null;
  readonly reload: () => void;
}

/** Asks the admin port when a view appears or its path changes. A null path asks nothing. */
export function useAnswer<T>(path: string | null): Answered<T> {
  const [told, setTold] = useState<{
    path: string | null;
    answer: T | null;
    error: Refused | null;
  }>({ path, answer: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === null) return;
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
  const own = told.path === path;
  return { answer: own ? told.answer : null, error: own ? told.error : null, reload };
}
