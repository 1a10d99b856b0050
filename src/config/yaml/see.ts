import { isJsonObject } from "../../model/json.ts";
import type { Path } from "./source.ts";

/** Pages of docs/configuration.md by section; of a section that is not here the page itself. */
const SECTIONS: Readonly<Record<string, string>> = {
  listen: "listeners",
  admin: "listeners",
  upstream: "upstream",
  identity: "callers",
  unknownKeys: "workflows",
  collections: "collections-and-routes",
  routes: "collections-and-routes",
  closed: "collections-and-routes",
  store: "runs-and-their-history",
  runs: "runs-and-their-history",
  redact: "runs-and-their-history",
  limits: "limits",
  egress: "where-request-steps-may-go",
  databases: "databases",
  mail: "mail",
  plugins: "plugins",
  log: "log",
  telemetry: "telemetry",
  include: "workflows",
  workflows: "workflows",
};

const TRIGGERS: Readonly<Record<string, string>> = {
  "pre-action": "docs/workflows.md#before-an-action",
  "post-action": "docs/workflows.md#after-an-action",
  "custom-action": "docs/workflows.md#custom-actions",
  webhook: "docs/webhooks.md",
  schedule: "docs/workflows.md#on-a-schedule",
  subflow: "docs/steps.md#subflow",
};

/** The keys of a workflow that have a page of their own. */
const WORKFLOW_KEYS: Readonly<Record<string, string>> = {
  concurrency: "docs/workflows.md#how-many-at-once",
  debounce: "docs/workflows.md#how-many-at-once",
  rate: "docs/workflows.md#how-many-at-once",
  onFailure: "docs/workflows.md#when-a-run-fails",
};

const ANY_STEP: ReadonlySet<unknown> = new Set([
  "id",
  "title",
  "if",
  "timeout",
  "retry",
  "onError",
]);

/**
 * The page of the documents that tells of a place in the configuration.
 *
 *     ["limits", "body"]                    → docs/configuration.md#limits
 *     ["workflows", "a", "steps", 0, "url"] → docs/steps.md#request, for a step of that type
 */
export function pageOf(path: Path, valueAt: (path: Path) => unknown): string {
  const [section, , key] = path;
  const page = SECTIONS[String(section)];
  if (section !== "workflows" || key === undefined) {
    return `docs/configuration.md${page === undefined ? "" : `#${page}`}`;
  }
  if (key === "trigger") {
    return TRIGGERS[typeAt(path.slice(0, 3), valueAt) ?? ""] ?? "docs/workflows.md";
  }
  if (key !== "steps") return WORKFLOW_KEYS[String(key)] ?? "docs/configuration.md#workflows";
  const step = stepAbove(path);
  if (ANY_STEP.has(path[step.length])) return "docs/workflows.md#what-every-step-may-have";
  const type = typeAt(step, valueAt);
  return type === null ? "docs/steps.md" : `docs/steps.md#${type}`;
}

/** The keys under which lists of steps stand. Those of `parallel` stand in a list themselves. */
const LISTS: ReadonlySet<unknown> = new Set(["steps", "then", "else", "otherwise", "onError"]);

/** The path of the innermost step around a place. */
function stepAbove(path: Path, end = path.length): Path {
  const [list, index] = path.slice(end - 2, end);
  const isStep = typeof index === "number" && (typeof list === "number" || LISTS.has(list));
  return isStep || end <= 4 ? path.slice(0, end) : stepAbove(path, end - 1);
}

function typeAt(path: Path, valueAt: (path: Path) => unknown): string | null {
  const value = valueAt(path);
  const type = isJsonObject(value) ? value["type"] : null;
  return typeof type === "string" ? type : null;
}
