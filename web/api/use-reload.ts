import { useEffect, useRef } from "preact/hooks";
import type { News } from "./live.ts";
import { useNews } from "./use-news.ts";

/**
 * Asks again when there is news that concerns a view, but not more often than each `pause` milliseconds, however many runs
 * come.
 */
export function useReloadOnNews(
  reload: () => void,
  pause: number,
  concerns: (news: News & { readonly kind: "runs" }) => boolean = () => true,
): void {
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useNews((news) => {
    if (news.kind !== "runs" || !(news.more || concerns(news))) return;
    timer.current ??= setTimeout(() => {
      timer.current = null;
      reload();
    }, pause);
  });
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
}
