import { useEffect, useState } from "preact/hooks";

/** The part of the address behind `#`: a view, whose it is, and what it shows of it. */
export interface Route {
  readonly view: "runs" | "run" | "workflows" | "workflow";
  /** A run's id or a workflow's key; empty for lists. */
  readonly of: string;
  readonly params: URLSearchParams;
}

/** `#/run/0192…?step=pay` → `{ view: "run", of: "0192…", params: step=pay }`. The list of runs for what is not known. */
export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split(/\?(.*)/s);
  const [view = "", of = ""] = path.split(/\/(.*)/s);
  const params = new URLSearchParams(query);
  if ((view === "run" || view === "workflow") && of !== "")
    return { view, of: decoded(of), params };
  return { view: view === "workflows" ? view : "runs", of: "", params };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of the list of runs: `runsHref({ status: "failed" })`. */
export const runsHref = (filters: Readonly<Record<string, string>> = {}) =>
  `#/runs${queryText(filters)}`;

/** The address of a run, and of one of its steps. */
export const runHref = (id: string, step?: string | null) =>
  `#/run/${encodeURIComponent(id)}${step ? queryText({ step }) : ""}`;

/** The address of the list of workflows. */
export const workflowsHref = "#/workflows";

/** The address of a workflow. */
export const workflowHref = (key: string) => `#/workflow/${encodeURIComponent(key)}`;

/** `{ status: "failed" }` → `?status=failed`; empty values are left out. */
export function queryText(values: Readonly<Record<string, string>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== "");
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

/** Goes to an address, as a link does. */
export function go(href: string): void {
  location.hash = href;
}

/** Goes to an address that replaces this one: a filter that is being typed is no place to come back to. */
export function goInstead(href: string): void {
  history.replaceState(null, "", href);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** The route of the address, as it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const changed = () => setRoute(routeOf(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}
