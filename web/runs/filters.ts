import type { RunSummary } from "../api/answers.ts";

/** What the list of runs is narrowed to, as the address keeps it. Empty: not narrowed. */
export interface Filters {
  readonly status: string;
  readonly workflow: string;
  /** A trigger type. */
  readonly trigger: string;
  /** A text in the message or code of the error. */
  readonly error: string;
  /** The time before now: `15m`, `1h`, `24h`, `7d`. */
  readonly last: string;
  /** ISO 8601, where `last` is empty. */
  readonly since: string;
  readonly until: string;
  /** The run whose subflows are listed. */
  readonly parent: string;
}

const NAMES = [
  "status",
  "workflow",
  "trigger",
  "error",
  "last",
  "since",
  "until",
  "parent",
] as const;

/** The spans that the list offers, with their milliseconds. */
export const SPANS: Readonly<Record<string, number>> = {
  "15m": 900_000,
  "1h": 3_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
};

/** The filters of an address. */
export function filtersOf(params: URLSearchParams): Filters {
  const entries = NAMES.map((name) => [name, params.get(name) ?? ""] as const);
  return Object.fromEntries(entries) as unknown as Filters;
}

/** Whether the list is narrowed at all. */
export const isNarrowed = (filters: Filters) => NAMES.some((name) => filters[name] !== "");

/** The query of `GET /runs` for a page. */
export function runsPath(filters: Filters, before: string | null, now: number): string {
  const { last, since, ...others } = filters;
  const span = SPANS[last];
  const from = span === undefined ? since : new Date(now - span).toISOString();
  const query = {
    ...others,
    since: from,
    before: before ?? "",
    limit: before === null ? "100" : "500",
  };
  const given = Object.entries(query).filter(([, value]) => value !== "");
  return `runs?${new URLSearchParams(given)}`;
}

/** Whether a run that has just come belongs into the list. */
export function fits(filters: Filters, run: RunSummary): boolean {
  const { status, workflow, trigger, error, since, until, parent } = filters;
  const { message = "", code = "" } = run.error ?? {};
  return (
    (status === "" || run.status === status) &&
    (workflow === "" || run.workflow === workflow) &&
    (trigger === "" || run.trigger === trigger) &&
    (parent === "" || run.parent === parent) &&
    (error === "" || `${code} ${message}`.toLowerCase().includes(error.toLowerCase())) &&
    (since === "" || run.startedAt >= since) &&
    (until === "" || run.startedAt < until)
  );
}
