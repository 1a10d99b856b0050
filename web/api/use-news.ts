import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { News, Subscribe } from "./live.ts";

/** The stream of events, for all views. */
export const Live = createContext<Subscribe>(() => () => undefined);

/** Calls the newest listener with each piece of news while the view is shown. */
export function useNews(listener: (news: News) => void): void {
  const subscribe = useContext(Live);
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => subscribe((news) => newest.current(news)), [subscribe]);
}
