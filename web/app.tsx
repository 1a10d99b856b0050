import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { GatewayStatus } from "./api/answers.ts";
import { tellSignedOut } from "./api/ask.ts";
import type { Connection } from "./api/live.ts";
import { useAnswer } from "./api/use-answer.ts";
import { useNews } from "./api/use-news.ts";
import { Header } from "./header.tsx";
import { SignedOut } from "./parts/signed-out.tsx";
import { Tell, Toasts } from "./parts/toasts.tsx";
import { ReloadNotice } from "./reload-notice.tsx";
import { type Route, useRoute } from "./routes.ts";
import { RunView } from "./run/run-view.tsx";
import { RunsView } from "./runs/runs-view.tsx";
import { WorkflowView } from "./workflows/workflow-view.tsx";
import { WorkflowsView } from "./workflows/workflows-view.tsx";

/** Milliseconds for which something that has happened is told. */
const TOLD = 8_000;

/** Milliseconds between two looks at the queue. */
const LOOK = 10_000;

/** The whole page: a header, one view, and what has just happened. */
export function App() {
  const route = useRoute();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [texts, setTexts] = useState<readonly string[]>([]);
  const { answer: status, reload } = useAnswer<GatewayStatus>("status");
  const [signedOut, setSignedOut] = useState(false);
  const main = useRef<HTMLElement>(null);
  const tell = useCallback((text: string) => setTexts((old) => [...old, text].slice(-3)), []);
  useNews((news) => {
    if (news.kind === "connection") setConnection(news.connection);
    if (news.kind !== "reload") return;
    reload();
    if (news.reload.ok) tell("The configuration was reloaded");
  });
  useEffect(() => {
    if (signedOut) return;
    const timer = setInterval(() => document.hidden || reload(), LOOK);
    return () => clearInterval(timer);
  }, [signedOut]);
  useEffect(() => {
    if (texts.length === 0) return;
    const timer = setTimeout(() => setTexts([]), TOLD);
    return () => clearTimeout(timer);
  }, [texts]);
  useHeading(route);
  useEffect(() => tellSignedOut(() => setSignedOut(true)), []);
  return (
    <Tell.Provider value={tell}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header route={route} connection={connection} status={status} />
      <ReloadNotice last={status?.configuration.lastReload ?? null} />
      <main ref={main} tabIndex={-1}>
        {signedOut ? <SignedOut /> : <View route={route} />}
      </main>
      <Toasts texts={texts} close={() => setTexts([])} />
    </Tell.Provider>
  );
}

function View({ route: { view, of, params } }: { readonly route: Route }) {
  if (view === "run") return <RunView key={of} id={of} step={params.get("step")} />;
  if (view === "workflows") return <WorkflowsView />;
  if (view === "workflow") return <WorkflowView key={of} of={of} />;
  return <RunsView params={params} />;
}

const TITLES = { runs: "Runs", run: "Run", workflows: "Workflows", workflow: "Workflow" } as const;

/** Names the view in the window's title, and moves the focus to its heading when the reader has gone there. */
function useHeading({ view, of }: Route): void {
  const first = useRef(true);
  useEffect(() => {
    document.title = `${TITLES[view]}${of === "" ? "" : ` ${of}`} · Sidehook`;
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo({ top: 0 });
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [view, of]);
}
