import { parseJson } from "../../src/model/json.ts";
import type { Reload, RunSummary } from "./answers.ts";
import { type Refused, ask } from "./ask.ts";

/** Whether events come now. */
export type Connection = "connecting" | "live" | "lost";

/** News from the gateway, or of the connection to it. */
export type News =
  | { readonly kind: "runs"; readonly runs: readonly RunSummary[]; readonly more: boolean }
  | { readonly kind: "reload"; readonly reload: Reload }
  /** `again`: news may have been missed since the last connection. */
  | { readonly kind: "connection"; readonly connection: Connection; readonly again: boolean };

/** A listener of the news; the function that it gives ends it. */
export type Subscribe = (listener: (news: News) => void) => () => void;

/** Milliseconds until another try, where the browser has given up. */
const PAUSE = 5_000;

/** Waits until the admin port answers. For one who is signed out it waits for ever: the browser would ask for a password. */
async function untilAnswered(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const status = await ask("status").then(
      () => 200,
      (error: Refused) => error.status,
    );
    if (status === 401) return new Promise(() => undefined);
    if (status !== 0) return;
  }
}

/** Opens the one stream of events that all views share. It comes back by itself when it is lost. */
export function openLive(): Subscribe {
  const listeners = new Set<(news: News) => void>();
  const tell = (news: News) => {
    for (const listener of listeners) listener(news);
  };
  let opened = 0;
  let connection: Connection = "connecting";
  const isNow = (now: Connection, again = false) => {
    connection = now;
    tell({ kind: "connection", connection, again });
  };
  const open = () => {
    const source = new EventSource("events");
    source.addEventListener("open", () => {
      opened++;
      isNow("live", opened > 1);
    });
    source.addEventListener("error", () => {
      isNow("lost");
      if (source.readyState === EventSource.CLOSED) void untilAnswered().then(open);
    });
    source.addEventListener("run", (event) => {
      const { runs, more } = parseJson(dataOf(event)) as unknown as {
        runs: RunSummary[];
        more: boolean;
      };
      tell({ kind: "runs", runs, more });
    });
    source.addEventListener("reload", (event) => {
      tell({ kind: "reload", reload: JSON.parse(dataOf(event)) as Reload });
    });
  };
  open();
  return (listener) => {
    listeners.add(listener);
    // The stream may have opened before the view was shown.
    listener({ kind: "connection", connection, again: false });
    return () => listeners.delete(listener);
  };
}

/** The text of an event of the stream. */
const dataOf = (event: Event): string => (event as MessageEvent).data as string;
